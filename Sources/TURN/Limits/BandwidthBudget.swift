internal import Synchronization
internal import Wire

/// The relay bandwidth of the whole process in one direction, shared by all shards without a lock.
///
/// A bucket in one atomic word, as ``RateLimit`` keeps it. Shards take slices of several packets, so the word is touched
/// seldom.
final class BandwidthBudget: Sendable {
    private let fullAt = Atomic<UInt64>(0)

    /// Takes the time that `bytes` need at `bitsPerSecond`, where the bucket holds half a second.
    func take(_ bytes: Int, bitsPerSecond: UInt64, at now: MonotonicTime) -> Bool {
        guard bitsPerSecond > 0, bytes > 0 else { return true }
        let (bits, overflow) = UInt64(clamping: bytes).multipliedReportingOverflow(by: 8_000_000_000)
        guard !overflow else { return false }
        let cost = bits / bitsPerSecond
        // A budget below the size of one slice must still let slices through, one after the other.
        let tolerance = max(500_000_000, cost)
        var current = fullAt.load(ordering: .relaxed)
        while true {
            let (end, isTooLate) = max(current, now.nanoseconds).addingReportingOverflow(cost)
            guard !isTooLate, end - now.nanoseconds <= tolerance else { return false }
            let result = fullAt.weakCompareExchange(expected: current, desired: end, ordering: .relaxed)
            if result.exchanged { return true }
            current = result.original
        }
    }
}

/// A shard's part of a ``BandwidthBudget``: what it has taken and not used yet.
struct BandwidthSlice {
    private var remaining = 0
    private static let byteCount = 16_384

    mutating func take(_ bytes: Int, from budget: BandwidthBudget, bitsPerSecond: UInt64, at now: MonotonicTime) -> Bool
    {
        if remaining < bytes {
            let needed = max(Self.byteCount, bytes)
            guard budget.take(needed, bitsPerSecond: bitsPerSecond, at: now) else { return false }
            remaining += needed
        }
        remaining -= bytes
        return true
    }
}
