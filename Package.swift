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
        .library(name: "ICE", targets: ["ICE"]),
        .library(name: "SDP", targets: ["SDP"]),
        .library(name: "STUN", targets: ["STUN"]),
        .library(name: "Signaling", targets: ["Signaling"]),
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
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: settings),
        .target(name: "SDP", swiftSettings: settings),
        .testTarget(name: "SDPTests", dependencies: ["SDP"], swiftSettings: settings),
        .target(name: "ICE", dependencies: ["STUN", "Wire"], swiftSettings: settings),
        .testTarget(name: "ICETests", dependencies: ["ICE", "STUN", "Wire"], swiftSettings: settings),
        .target(name: "Signaling", dependencies: ["ICE", "SDP", "Wire"], swiftSettings: settings),
        .testTarget(name: "SignalingTests", dependencies: ["ICE", "SDP", "Signaling", "Wire"], swiftSettings: settings),
        .testTarget(
            name: "STUNTests",
            dependencies: ["STUN", "Wire", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
    ]
)
