import AllocationCounter
import Benchmark
import Budgets
import DTLSSRTP

/// CPU time of one side's calls in a full handshake, in microseconds; the identities are there before.
let serverTime = metric("server CPU (μs)")
let clientTime = metric("client CPU (μs)")
/// Heap per connection that has nothing left to do but wait, in bytes.
let serverHeap = metric("heap per server connection (B)")
let clientHeap = metric("heap per client connection (B)")

func metric(_ name: String) -> BenchmarkMetric {
    .custom(name, polarity: .prefersSmaller, useScalingFactor: false)
}

let benchmarks: @Sendable () -> Void = {
    for (name, kind) in [("1.2 X25519", Handshake.Kind.v12), ("1.3 X25519MLKEM768", .v13)] {
        Benchmark(
            "handshake \(name)",
            configuration: .init(
                metrics: [serverTime, clientTime],
                warmupIterations: 20,
                maxDuration: .seconds(10),
                maxIterations: 500
            )
        ) { benchmark in
            do {
                let handshake = try Handshake(kind)
                benchmark.measurement(serverTime, Int(handshake.server.nanoseconds / 1000))
                benchmark.measurement(clientTime, Int(handshake.client.nanoseconds / 1000))
            } catch {
                budgetBroken(name, "\(error)")
            }
        }
        Benchmark(
            "live connections \(name)",
            configuration: .init(
                metrics: [serverHeap, clientHeap],
                warmupIterations: 1,
                maxDuration: .seconds(10),
                maxIterations: 3
            )
        ) { benchmark in
            do {
                benchmark.measurement(serverHeap, try heap(kind) { $0.server })
                benchmark.measurement(clientHeap, try heap(kind) { $0.client })
            } catch {
                budgetBroken(name, "\(error)")
            }
        }
    }
}

/// Bytes of heap that one side keeps, over many connections whose other side is gone.
private func heap(_ kind: Handshake.Kind, _ side: (Handshake) -> Handshake.Side) throws -> Int {
    let count = 300
    var kept: [Handshake.Side] = []
    kept.reserveCapacity(count)
    let before = allocation_counter_live_bytes()
    for _ in 0..<count {
        let handshake = try Handshake(kind)
        try handshake.settle()
        kept.append(side(handshake))
    }
    let bytes = allocation_counter_live_bytes() - before
    return withExtendedLifetime(kept) { Int(bytes) / count }
}
