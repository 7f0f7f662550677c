/// A date as NTP writes it: seconds since 1900 above, 2^-32 seconds below (RFC 5905 section 6). It wraps in 2036.
public struct NTPTimestamp: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt64

    @inlinable
    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// - Parameter nanoseconds: 0 ..< 1,000,000,000.
    public init(unixSeconds: UInt64, nanoseconds: UInt32) {
        let seconds = unixSeconds &+ 2_208_988_800
        let fraction = (UInt64(nanoseconds) << 32) / 1_000_000_000
        self.rawValue = seconds << 32 | (fraction & 0xFFFF_FFFF)
    }

    /// The middle 32 bits, in units of 2^-16 s, with which reports refer to each other (RFC 3550 section 6.4.1).
    @inlinable
    public var middle: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }
}
