/// A signed span of time in nanoseconds: about 292 years either way.
///
/// Eight bytes and plain integer arithmetic; the standard library's `Duration` has sixteen and attoseconds. Arithmetic
/// saturates.
public struct TimeInterval: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    public static let zero = TimeInterval(nanoseconds: 0)

    @inlinable
    public static func nanoseconds(_ count: Int64) -> TimeInterval {
        TimeInterval(nanoseconds: count)
    }

    @inlinable
    public static func microseconds(_ count: Int64) -> TimeInterval {
        TimeInterval(nanoseconds: saturatingProduct(count, 1000))
    }

    @inlinable
    public static func milliseconds(_ count: Int64) -> TimeInterval {
        TimeInterval(nanoseconds: saturatingProduct(count, 1_000_000))
    }

    @inlinable
    public static func seconds(_ count: Int64) -> TimeInterval {
        TimeInterval(nanoseconds: saturatingProduct(count, 1_000_000_000))
    }

    /// Whole seconds, rounded towards zero.
    @inlinable
    public var wholeSeconds: Int64 { nanoseconds / 1_000_000_000 }

    /// Whole milliseconds, rounded towards zero.
    @inlinable
    public var wholeMilliseconds: Int64 { nanoseconds / 1_000_000 }

    /// The same span in seconds as a floating-point number, for statistics.
    @inlinable
    public var inSeconds: Double { Double(nanoseconds) / 1e9 }

    @inlinable
    public static func < (left: TimeInterval, right: TimeInterval) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    @inlinable
    public static func + (left: TimeInterval, right: TimeInterval) -> TimeInterval {
        let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
        return TimeInterval(nanoseconds: overflow ? (right.nanoseconds < 0 ? .min : .max) : sum)
    }

    @inlinable
    public static func - (left: TimeInterval, right: TimeInterval) -> TimeInterval {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return TimeInterval(nanoseconds: overflow ? (right.nanoseconds < 0 ? .max : .min) : difference)
    }

    @inlinable
    public static func * (interval: TimeInterval, factor: Int64) -> TimeInterval {
        TimeInterval(nanoseconds: saturatingProduct(interval.nanoseconds, factor))
    }

    @inlinable
    public static func / (interval: TimeInterval, divisor: Int64) -> TimeInterval {
        let (quotient, overflow) = interval.nanoseconds.dividedReportingOverflow(by: divisor)
        precondition(divisor != 0, "a time interval cannot be divided by zero")
        return TimeInterval(nanoseconds: overflow ? .max : quotient)
    }

    @inlinable
    static func saturatingProduct(_ left: Int64, _ right: Int64) -> Int64 {
        let (product, overflow) = left.multipliedReportingOverflow(by: right)
        guard overflow else { return product }
        return (left < 0) == (right < 0) ? .max : .min
    }
}
