import Benchmark
import Budgets
import SRTP

/// Heap allocations per thousand packets: all of them, and those that are ours, which is all but the back end's own.
let allocations = metric("allocations per thousand packets")
let ourAllocations = metric("allocations per thousand packets, ours")
/// CPU time per packet, ours and that of a bare loop over the same back end, and the one by the other.
let ourTime = metric("ns per packet")
let bareTime = metric("ns per packet, bare loop")
let ratio = metric("time by bare loop, per mille")

func metric(_ name: String) -> BenchmarkMetric {
    .custom(name, polarity: .prefersSmaller, useScalingFactor: false)
}

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [allocations, ourAllocations, ourTime, bareTime, ratio],
        warmupIterations: 0,
        maxDuration: .seconds(10),
        maxIterations: 5
    )
    for subject in Subject.all {
        compare("protect \(subject.name)", Comparison.protecting, subject)
        compare("unprotect \(subject.name)", Comparison.unprotecting, subject)
    }
}

/// A benchmark that fails on the first heap allocation in steady state that is not the back end's own.
private func compare(
    _ name: String,
    _ run: @escaping @Sendable (Subject) throws -> Comparison,
    _ subject: Subject
) {
    Benchmark(name) { benchmark in
        do {
            let comparison = try run(subject)
            let ours = comparison.ourAllocations - comparison.bareAllocations
            benchmark.measurement(allocations, comparison.ourAllocations * 1000 / comparison.packetCount)
            benchmark.measurement(ourAllocations, ours * 1000 / comparison.packetCount)
            benchmark.measurement(ourTime, comparison.ourNanoseconds)
            benchmark.measurement(bareTime, comparison.bareNanoseconds)
            benchmark.measurement(ratio, comparison.ratioPerMille)
            if ours > 0 {
                budgetBroken(
                    name,
                    "\(ours) heap allocations of ours for \(comparison.packetCount) packets: the budget is 0"
                )
            }
            if subject.backEnd == .openSSL, comparison.ourAllocations > 0 {
                budgetBroken(name, "\(comparison.ourAllocations) heap allocations on OpenSSL: the budget is 0")
            }
        } catch {
            budgetBroken(name, "\(error)")
        }
    }
}
