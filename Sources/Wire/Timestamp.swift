/// Both clocks at one moment: what a machine that judges expiry dates needs besides its timers.
public struct Timestamp: Hashable, Sendable, BitwiseCopyable {
    /// For timers and lifetimes.
    public var monotonic: MonotonicTime
    /// Seconds since 1970-01-01 00:00:00 UTC, for dates that were written by somebody else.
    public var unixSeconds: UInt64

    @inlinable
    public init(monotonic: MonotonicTime, unixSeconds: UInt64) {
        self.monotonic = monotonic
        self.unixSeconds = unixSeconds
    }

    @inlinable
    public static func + (timestamp: Timestamp, interval: TimeInterval) -> Timestamp {
        let seconds = interval.wholeSeconds
        let unix =
            seconds >= 0
            ? timestamp.unixSeconds &+ UInt64(seconds)
            : timestamp.unixSeconds &- seconds.magnitude
        return Timestamp(monotonic: timestamp.monotonic + interval, unixSeconds: unix)
    }
}
