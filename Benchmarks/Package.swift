// swift-tools-version: 6.3
// Benchmarks of Martlet. A package of its own, so that what they need stays out of the product.
//
//     make bench            all of them, with thresholds checked
import PackageDescription

let benchmark = Target.Dependency.product(name: "Benchmark", package: "benchmark")
let plugin = Target.PluginUsage.plugin(name: "BenchmarkPlugin", package: "benchmark")

let package = Package(
    name: "martlet-benchmarks",
    dependencies: [
        .package(name: "martlet", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark.git", exact: "1.38.1", traits: []),
    ],
    targets: [
        .target(name: "AllocationCounter"),
        .target(name: "Budgets"),
        // SRTP's back ends without us: what a loop in C costs.
        .target(
            name: "BareSRTP",
            linkerSettings: [.linkedLibrary("crypto"), .linkedLibrary("srtp2")]
        ),
        .executableTarget(
            name: "DTLSBenchmarks",
            dependencies: [
                "AllocationCounter", "Budgets", benchmark,
                .product(name: "DTLSSRTP", package: "martlet"),
                .product(name: "Wire", package: "martlet"),
            ],
            path: "Benchmarks/DTLS",
            plugins: [plugin]
        ),
        .executableTarget(
            name: "RelayBenchmarks",
            dependencies: [
                "AllocationCounter", "Budgets", benchmark,
                .product(name: "Client", package: "martlet"),
                .product(name: "Engine", package: "martlet"),
                .product(name: "STUN", package: "martlet"),
                .product(name: "TURN", package: "martlet"),
                .product(name: "Wire", package: "martlet"),
            ],
            path: "Benchmarks/Relay",
            plugins: [plugin]
        ),
        .executableTarget(
            name: "SRTPBenchmarks",
            dependencies: [
                "AllocationCounter", "BareSRTP", "Budgets", benchmark,
                .product(name: "RTP", package: "martlet"),
                .product(name: "SRTP", package: "martlet"),
                .product(name: "Wire", package: "martlet"),
            ],
            path: "Benchmarks/SRTP",
            plugins: [plugin]
        ),
    ],
    swiftLanguageModes: [.v6]
)
