// swift-tools-version: 6.3
import PackageDescription

/// Other implementations as judges. The BoringSSL inside swift-nio-ssl is no product of that package, so this package is
/// built without the check of imports, and what it needs stays out of the server.
let package = Package(
    name: "martlet-interop",
    dependencies: [
        .package(name: "martlet", path: ".."),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    ],
    targets: [
        .testTarget(
            name: "InteropTests",
            dependencies: [
                .product(name: "DTLSSRTP", package: "martlet"),
                .product(name: "Wire", package: "martlet"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]
        )
    ]
)
