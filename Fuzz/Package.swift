// swift-tools-version: 6.3
import PackageDescription

// Fuzz targets for the parsers, with libFuzzer and AddressSanitizer. Run them all with
//
//     scripts/fuzz            # ten seconds each
//     scripts/fuzz 300        # five minutes each
//     scripts/fuzz 60 STUN    # one of them
//
// The script builds with `-sanitize=fuzzer,address` for every module, so that the parsers themselves are instrumented, and
// keeps the result in `.build-fuzz`, because other flags rebuild everything. A find is written to `artefacts/fuzz`; give it
// to the program again to reproduce it: `.build-fuzz/release/FuzzSTUN artefacts/fuzz/STUN-crash-...`
//
// A new target is a folder `Sources/Fuzz<Name>` with one `main.swift` that calls `fuzz`, a line below, and a few small
// seeds in `Corpus/Fuzz<Name>`.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A fuzz target for modules of the main package.
func fuzzTarget(_ name: String, _ modules: String...) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzSupport"] + modules.map { .product(name: $0, package: "martlet") },
        swiftSettings: settings
    )
}

let package = Package(
    name: "martlet-fuzz",
    dependencies: [.package(name: "martlet", path: "..")],
    targets: [
        .target(name: "FuzzSupport", swiftSettings: settings),
        fuzzTarget("FuzzSTUN", "STUN", "Wire"),
    ]
)
