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

typealias Dependency = Target.Dependency

// What comes from elsewhere, each with what it saves: docs/architecture.md.
let argumentParser = Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asn1 = Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let crypto = Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Dependency.product(name: "_CryptoExtras", package: "swift-crypto")
let deques = Dependency.product(name: "DequeModule", package: "swift-collections")
let hummingbird = Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let serviceLifecycle = Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509 = Dependency.product(name: "X509", package: "swift-certificates")
let yams = Dependency.product(name: "Yams", package: "Yams")

func module(_ name: String, _ dependencies: [Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"])
    ]
        + [
            "Client", "ControlPlane", "DTLSSRTP", "Engine", "ICE", "RTP", "SDP", "SFU", "SRTP", "STUN", "Settings",
            "Signaling", "TURN",
            "Wire",
        ].map {
            .library(name: $0, targets: [$0])
        },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-collections.git", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
    ],
    // From the bottom up: a target depends on what stands above it in this list, never below.
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),
        module("Wire", []),
        module("RTP", ["Wire"]),
        module("SFU", ["RTP", "Wire"]),
        module("SRTP", ["COpenSSL", "CSRTP", "RTP", "Wire"]),
        module("STUN", ["Wire", crypto]),
        module("TURN", ["STUN", "Wire", crypto]),
        module("ICE", ["STUN", "Wire"]),
        module("SDP", []),
        module("Signaling", ["ICE", "SDP", "Wire"]),
        module("DTLSSRTP", ["Wire", asn1, crypto, cryptoExtras, x509]),
        module("Engine", ["CLinux", "DTLSSRTP", "TURN", "Wire", deques, nioCore, nioPosix, nioSSL]),
        module("Client", ["STUN", "TURN", "Wire"]),
        module("Load", ["Client", "Engine", "STUN", "Wire"]),
        module("Settings", ["TURN", "Wire", yams]),
        module(
            "ControlPlane",
            ["Settings", "Wire", hummingbird, logging, nioCore, serviceLifecycle, unixSignals]
        ),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Client", "ControlPlane", "DTLSSRTP", "Engine", "Load", "STUN", "Settings", "TURN", "Wire",
                argumentParser, logging,
                serviceLifecycle, unixSignals,
            ],
            swiftSettings: settings
        ),

        // Other implementations drive these.
        .executableTarget(
            name: "BogoShim",
            dependencies: ["DTLSSRTP", "Wire"],
            path: "Tests/BogoShim",
            exclude: ["expectations.json"],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "DTLSPeer",
            dependencies: ["DTLSSRTP", "Wire"],
            path: "Tests/DTLSPeer",
            swiftSettings: settings
        ),

        tests("WireTests", ["Wire"]),
        tests("RTPTests", ["RTP", "Wire"]),
        tests("SFUTests", ["RTP", "SFU", "Wire"]),
        tests("SRTPTests", ["RTP", "SRTP", "Wire"]),
        tests("STUNTests", ["STUN", "Wire", crypto]),
        tests("TURNTests", ["STUN", "TURN", "Wire"]),
        tests("ICETests", ["ICE", "STUN", "Wire"]),
        tests("SDPTests", ["SDP"]),
        tests("SignalingTests", ["ICE", "SDP", "Signaling", "Wire"]),
        tests("DTLSSRTPTests", ["DTLSSRTP", "Wire", asn1, crypto, cryptoExtras, x509]),
        tests("EngineTests", ["Engine", "Wire"]),
        tests("ClientTests", ["Client", "STUN", "TURN", "Wire"]),
        tests("SettingsTests", ["Settings", "TURN", "Wire"]),
        tests(
            "ControlPlaneTests",
            ["ControlPlane", "Settings", "Wire", logging, nioCore, nioPosix, serviceLifecycle]
        ),
        tests("martletTests", ["TURN", "martlet"]),
    ]
)
