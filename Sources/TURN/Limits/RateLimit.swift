public import Wire

/// A rate with a burst, as a token bucket whose whole state is one time: when it will be full again (the generic cell rate
/// algorithm). The state lies with whoever is limited; many share one `RateLimit`.
public struct RateLimit: Hashable, Sendable, BitwiseCopyable {
    /// Nanoseconds that one unit takes from the bucket, times 2^10, so that a gigabit is exact enough.
    private let scaledCost: UInt64
    /// How far the state may lie ahead: the burst in time.
    private let toleranceNanoseconds: UInt64

    /// The state of a bucket. It starts full.
    public struct State: Hashable, Sendable, BitwiseCopyable {
        fileprivate var fullAt: UInt64 = 0

        public init() {}

        /// How far ahead of `now` the bucket is: 0 when it is full.
        func backlog(at now: MonotonicTime) -> UInt64 {
            fullAt > now.nanoseconds ? fullAt - now.nanoseconds : 0
        }
    }

    /// - Parameters:
    ///   - unitsPerSecond: 0 means that there is no limit.
    ///   - burst: Units that a full bucket holds, at least one.
    public init(unitsPerSecond: UInt64, burst: UInt64) {
        guard unitsPerSecond > 0 else {
            scaledCost = 0
            toleranceNanoseconds = .max
            return
        }
        scaledCost = max(1, (1_000_000_000 << 10) / unitsPerSecond)
        let (product, overflow) = scaledCost.multipliedReportingOverflow(by: max(burst, 1))
        toleranceNanoseconds = overflow ? .max : product >> 10
    }

    /// Bits per second as bytes: a burst of half a second, and never less than the largest datagram.
    static func bitsPerSecond(_ rate: UInt64) -> RateLimit {
        guard rate > 0 else { return RateLimit(unitsPerSecond: 0, burst: 0) }
        return RateLimit(unitsPerSecond: max(1, rate / 8), burst: max(rate / 16, 65_535))
    }

    public var isUnlimited: Bool { scaledCost == 0 }

    /// Takes `units` from the bucket.
    ///
    /// - Returns: False when they were not there: nothing is taken then.
    public func take(_ units: Int, from state: inout State, at now: MonotonicTime) -> Bool {
        guard scaledCost != 0 else { return true }
        let (scaled, overflow) = scaledCost.multipliedReportingOverflow(by: UInt64(clamping: units))
        guard !overflow else { return false }
        let start = max(state.fullAt, now.nanoseconds)
        let (end, isTooLate) = start.addingReportingOverflow(scaled >> 10)
        guard !isTooLate, end - now.nanoseconds <= toleranceNanoseconds else { return false }
        state.fullAt = end
        return true
    }
}
