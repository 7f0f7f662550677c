import Wire

/// What a receiver says about one stream that it gets (RFC 3550 section 6.4.1).
///
/// ```
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                              SSRC                             |
/// | fraction lost |       cumulative number of packets lost       |
/// |           extended highest sequence number received           |
/// |                      interarrival jitter                      |
/// |                         last SR (LSR)                         |
/// |                   delay since last SR (DLSR)                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct ReportBlock: Hashable, Sendable, BitwiseCopyable {
    public static let length = 24

    public var ssrc: SSRC
    /// Lost since the last report, in 1/256 of what was expected.
    public var fractionLost: UInt8
    /// -2^23 ..< 2^23; negative when there were more duplicates than losses.
    public var cumulativeLost: Int32
    /// The highest sequence number, with the number of turns modulo 2^16 above it.
    public var highestSequenceNumber: UInt32
    /// In ticks of the clock rate.
    public var jitter: UInt32
    /// The middle of the NTP timestamp of the last sender report, 0 if there was none.
    public var lastSenderReport: UInt32
    /// In units of 2^-16 s.
    public var delaySinceLastSenderReport: UInt32

    public init(
        ssrc: SSRC,
        fractionLost: UInt8 = 0,
        cumulativeLost: Int32 = 0,
        highestSequenceNumber: UInt32 = 0,
        jitter: UInt32 = 0,
        lastSenderReport: UInt32 = 0,
        delaySinceLastSenderReport: UInt32 = 0
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.highestSequenceNumber = highestSequenceNumber
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    /// Reads the block at `offset`, which must be there.
    init(_ bytes: RawSpan, at offset: Int) {
        ssrc = SSRC(bytes.loadUInt32(at: offset))
        fractionLost = bytes.loadUInt8(at: offset + 4)
        cumulativeLost = Int32(bitPattern: bytes.loadUInt24(at: offset + 5) << 8) >> 8
        highestSequenceNumber = bytes.loadUInt32(at: offset + 8)
        jitter = bytes.loadUInt32(at: offset + 12)
        lastSenderReport = bytes.loadUInt32(at: offset + 16)
        delaySinceLastSenderReport = bytes.loadUInt32(at: offset + 20)
    }

    /// Losses beyond 24 bits are written as the largest that fits.
    func store(in bytes: inout MutableRawSpan, at offset: Int) {
        let lost = min(max(cumulativeLost, -0x80_0000), 0x7F_FFFF)
        bytes.store(ssrc.rawValue, at: offset)
        bytes.store(UInt32(fractionLost) << 24 | UInt32(bitPattern: lost) & 0xFF_FFFF, at: offset + 4)
        bytes.store(highestSequenceNumber, at: offset + 8)
        bytes.store(jitter, at: offset + 12)
        bytes.store(lastSenderReport, at: offset + 16)
        bytes.store(delaySinceLastSenderReport, at: offset + 20)
    }
}
