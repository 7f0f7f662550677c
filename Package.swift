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
        .library(name: "RTP", targets: ["RTP"]),
        .library(name: "SRTP", targets: ["SRTP"]),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .target(name: "Wire", swiftSettings: settings),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: settings),
        .target(name: "RTP", dependencies: ["Wire"], swiftSettings: settings),
        .testTarget(name: "RTPTests", dependencies: ["RTP", "Wire"], swiftSettings: settings),
        .systemLibrary(name: "CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "SRTP", dependencies: ["COpenSSL", "CSRTP", "RTP", "Wire"], swiftSettings: settings),
        .testTarget(name: "SRTPTests", dependencies: ["RTP", "SRTP", "Wire"], swiftSettings: settings),
    ]
)
