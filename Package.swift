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
        .library(name: "Engine", targets: ["Engine"]),
        .library(name: "RTP", targets: ["RTP"]),
        .library(name: "SFU", targets: ["SFU"]),
        .library(name: "SRTP", targets: ["SRTP"]),
        .library(name: "STUN", targets: ["STUN"]),
        .library(name: "TURN", targets: ["TURN"]),
        .library(name: "Wire", targets: ["Wire"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections.git", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .target(name: "Wire", swiftSettings: settings),
        .target(
            name: "STUN",
            dependencies: ["Wire", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .target(
            name: "TURN",
            dependencies: ["STUN", "Wire", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .target(
            name: "Engine",
            dependencies: [
                "CLinux", "TURN", "Wire",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: settings),
        .testTarget(
            name: "STUNTests",
            dependencies: ["STUN", "Wire", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .testTarget(name: "TURNTests", dependencies: ["TURN", "STUN", "Wire"], swiftSettings: settings),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "Wire"], swiftSettings: settings),
        .target(name: "RTP", dependencies: ["Wire"], swiftSettings: settings),
        .testTarget(name: "RTPTests", dependencies: ["RTP", "Wire"], swiftSettings: settings),
        .systemLibrary(name: "CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "SRTP", dependencies: ["COpenSSL", "CSRTP", "RTP", "Wire"], swiftSettings: settings),
        .testTarget(name: "SRTPTests", dependencies: ["RTP", "SRTP", "Wire"], swiftSettings: settings),
        .target(name: "SFU", dependencies: ["RTP", "Wire"], swiftSettings: settings),
        .testTarget(name: "SFUTests", dependencies: ["RTP", "SFU", "Wire"], swiftSettings: settings),
    ]
)
