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
        .library(name: "DTLSSRTP", targets: ["DTLSSRTP"]),
        .library(name: "Wire", targets: ["Wire"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .target(
            name: "DTLSSRTP",
            dependencies: [
                "Wire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "_CryptoExtras", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        .target(name: "Wire", swiftSettings: settings),
        .executableTarget(
            name: "BogoShim", dependencies: ["DTLSSRTP", "Wire"], path: "Tests/BogoShim",
            exclude: ["expectations.json"], swiftSettings: settings),
        .executableTarget(
            name: "DTLSPeer", dependencies: ["DTLSSRTP", "Wire"], path: "Tests/DTLSPeer", swiftSettings: settings),
        .testTarget(
            name: "DTLSSRTPTests",
            dependencies: [
                "DTLSSRTP",
                "Wire",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "_CryptoExtras", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: settings),
    ]
)
