/// A reading of a clock that never goes back, in nanoseconds since an arbitrary start.
///
/// Machines get the time as an argument and never read a clock themselves. Arithmetic saturates, so a deadline made of a
/// value from the wire cannot overflow.
public struct MonotonicTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var nanoseconds: UInt64

    @inlinable
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// The start of the clock.
    public static let zero = MonotonicTime(nanoseconds: 0)
    /// Later than every other reading: the deadline of what never happens.
    public static let distantFuture = MonotonicTime(nanoseconds: .max)

    @inlinable
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The reading after `interval`; at most ``distantFuture``.
    @inlinable
    public static func + (time: MonotonicTime, interval: TimeInterval) -> MonotonicTime {
        if interval.nanoseconds >= 0 {
            let (sum, overflow) = time.nanoseconds.addingReportingOverflow(UInt64(interval.nanoseconds))
            return MonotonicTime(nanoseconds: overflow ? .max : sum)
        }
        let (difference, overflow) = time.nanoseconds.subtractingReportingOverflow(interval.nanoseconds.magnitude)
        return MonotonicTime(nanoseconds: overflow ? 0 : difference)
    }

    @inlinable
    public static func - (time: MonotonicTime, interval: TimeInterval) -> MonotonicTime {
        time + TimeInterval(nanoseconds: 0 &- interval.nanoseconds)
    }

    /// The time from `right` to `left`: negative when `right` is the later one.
    @inlinable
    public static func - (left: MonotonicTime, right: MonotonicTime) -> TimeInterval {
        TimeInterval(nanoseconds: Int64(truncatingIfNeeded: left.nanoseconds &- right.nanoseconds))
    }
}
