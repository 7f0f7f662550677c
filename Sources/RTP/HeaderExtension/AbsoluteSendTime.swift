public import Wire

/// When a packet left its sender: 24 bits of seconds with 18 of them behind the point, wrapping every 64 s.
public struct AbsoluteSendTime: HeaderExtensionValue, BitwiseCopyable {
    public static let uri = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"

    /// 0 ..< 2^24, in units of 2^-18 s.
    public let rawValue: UInt32

    /// Keeps the low 24 bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue & 0xFF_FFFF
    }

    public init(_ time: MonotonicTime) {
        let seconds = time.nanoseconds / 1_000_000_000
        let fraction = (time.nanoseconds % 1_000_000_000) << 18 / 1_000_000_000
        self.init(rawValue: UInt32(truncatingIfNeeded: seconds << 18 | fraction))
    }

    /// The time from this one to `other`, by the shorter way: -32 s ..< 32 s.
    public func interval(to other: AbsoluteSendTime) -> TimeInterval {
        // The difference in the upper 24 of 32 bits has its sign where Int32 has it.
        let units = Int32(bitPattern: (other.rawValue &- rawValue) << 8) >> 8
        return TimeInterval(nanoseconds: (Int64(units) * 1_000_000_000) >> 18)
    }

    public init(parsing bytes: RawSpan) throws(RTPError) {
        try bytes.require(3)
        self.init(rawValue: bytes.loadUInt24(at: 0))
    }

    public var encodedLength: Int { 3 }

    public func store(in bytes: inout MutableRawSpan, at offset: Int) {
        bytes.store24(rawValue, at: offset)
    }
}
