import AllocationCounter
import Benchmark
import Budgets

/// Heap allocations of the whole process per million relayed datagrams: the shard receives, judges and sends them, and the
/// sockets at both ends are plain calls.
let allocations = BenchmarkMetric.custom("allocations per million datagrams", polarity: .prefersSmaller, useScalingFactor: false)

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput, allocations],
        warmupIterations: 1,
        maxDuration: .seconds(2),
        maxIterations: 20
    )

    for (name, encapsulation) in [("ChannelData", RelayRig.Encapsulation.channel), ("indication", .indication)] {
        relay("relay \(name) to peer", encapsulation) { $0.relayToPeer($1) }
        relay("relay \(name) to client", encapsulation) { $0.relayToClient($1) }
    }
}

/// A benchmark that fails on the first heap allocation in steady state.
private func relay(
    _ name: String,
    _ encapsulation: RelayRig.Encapsulation,
    _ run: @escaping @Sendable (RelayRig, Int) -> Int
) {
    let count = 10_000
    Benchmark(name, configuration: .init(scalingFactor: .one)) { benchmark in
        let rig = try await RelayRig(encapsulation)
        // Buffers, tables and tracks of the first packets.
        guard run(rig, count) == count else { budgetBroken(name, "datagrams were lost while warming up") }
        benchmark.startMeasurement()
        // The least of several rounds: what a packet costs shows in each, what a timer beside the shard does in one or two.
        var allocated = Int.max
        for _ in 0..<5 where allocated > 0 {
            let before = allocation_counter_total()
            let arrived = run(rig, count)
            allocated = min(allocated, Int(allocation_counter_total() - before))
            guard arrived == count else { budgetBroken(name, "\(count - arrived) datagrams were lost") }
        }
        benchmark.stopMeasurement()
        await rig.stop()
        benchmark.measurement(allocations, allocated * 1_000_000 / count)
        if allocated > 0 { budgetBroken(name, "\(allocated) heap allocations for \(count) datagrams: the budget is 0") }
    }
}
