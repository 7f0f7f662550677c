// swift-tools-version: 6.3
import PackageDescription

/// One set of rules for every target: warnings are errors, unsafe code is spelled out, imports are explicit.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // Needed to store or return a span. swift-nio ships with the same flag.
    .enableExperimentalFeature("Lifetimes"),
]

let package = Package(
    name: "martlet",
    products: [
        .library(name: "Wire", targets: ["Wire"]),
        .library(name: "SDP", targets: ["SDP"]),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .target(name: "Wire", swiftSettings: settings),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: settings),
        .target(name: "SDP", swiftSettings: settings),
        .testTarget(name: "SDPTests", dependencies: ["SDP"], swiftSettings: settings),
    ]
)
