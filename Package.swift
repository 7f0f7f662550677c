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
        .library(name: "Client", targets: ["Client"]),
        .library(name: "STUN", targets: ["STUN"]),
        .library(name: "TURN", targets: ["TURN"]),
        .library(name: "Wire", targets: ["Wire"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2")
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .target(name: "Wire", swiftSettings: settings),
        .target(
            name: "STUN",
            dependencies: ["Wire", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .target(name: "Client", dependencies: ["STUN", "TURN", "Wire"], swiftSettings: settings),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: settings),
        .target(
            name: "TURN",
            dependencies: ["STUN", "Wire", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .testTarget(name: "TURNTests", dependencies: ["TURN", "STUN", "Wire"], swiftSettings: settings),
        .testTarget(
            name: "STUNTests",
            dependencies: ["STUN", "Wire", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .testTarget(name: "ClientTests", dependencies: ["Client", "STUN", "TURN", "Wire"], swiftSettings: settings),
    ]
)
