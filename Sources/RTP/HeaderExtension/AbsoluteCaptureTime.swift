import Wire

/// When the first sample of a packet was captured, by the clock of whoever captured it, and how far that clock is ahead of
/// the sender's.
public struct AbsoluteCaptureTime: HeaderExtensionValue {
    public static let uri = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"

    public var captureTime: NTPTimestamp
    /// The capture clock minus the sender's clock, in units of 2^-32 s.
    public var clockOffset: Int64?

    public init(captureTime: NTPTimestamp, clockOffset: Int64? = nil) {
        self.captureTime = captureTime
        self.clockOffset = clockOffset
    }

    public init(parsing bytes: RawSpan) throws(RTPError) {
        try bytes.require(8)
        captureTime = NTPTimestamp(bytes.loadUInt64(at: 0))
        guard bytes.byteCount > 8 else {
            clockOffset = nil
            return
        }
        try bytes.require(16)
        clockOffset = Int64(bitPattern: bytes.loadUInt64(at: 8))
    }

    public var encodedLength: Int { clockOffset == nil ? 8 : 16 }

    public func store(in bytes: inout MutableRawSpan, at offset: Int) {
        bytes.store(captureTime.rawValue, at: offset)
        if let clockOffset { bytes.store(UInt64(bitPattern: clockOffset), at: offset + 8) }
    }
}
