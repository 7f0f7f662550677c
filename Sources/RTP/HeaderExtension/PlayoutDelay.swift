import Wire

/// How long a receiver should hold a frame at least and at most: twice 12 bits of 10 ms.
public struct PlayoutDelay: HeaderExtensionValue {
    public static let uri = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

    /// In units of 10 ms, 0 ... 4095.
    public let minimum: UInt16
    /// In units of 10 ms, 0 ... 4095.
    public let maximum: UInt16

    /// Values beyond 4095 become 4095.
    public init(minimum: UInt16, maximum: UInt16) {
        self.minimum = min(minimum, 0xFFF)
        self.maximum = min(maximum, 0xFFF)
    }

    public init(parsing bytes: RawSpan) throws(RTPError) {
        try bytes.require(3)
        let value = bytes.loadUInt24(at: 0)
        minimum = UInt16(truncatingIfNeeded: value >> 12)
        maximum = UInt16(truncatingIfNeeded: value & 0xFFF)
    }

    public var encodedLength: Int { 3 }

    public func store(in bytes: inout MutableRawSpan, at offset: Int) {
        bytes.store24(UInt32(minimum) << 12 | UInt32(maximum), at: offset)
    }
}
