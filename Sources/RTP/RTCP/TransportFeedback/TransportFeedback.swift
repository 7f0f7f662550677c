import Wire

/// Which packets of a transport arrived and when (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|  FMT=15 |    PT=205     |           length              |
/// |                     SSRC of packet sender                     |
/// |                      SSRC of media source                     |
/// |      base sequence number     |      packet status count      |
/// |                 reference time                | fb pkt. count |
/// |          packet chunk         |         packet chunk          |
/// |         packet chunk          |  recv delta   |  recv delta   |
/// |           recv delta          |  recv delta   | zero padding  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
/// Times are counted in ticks of 250 us. The message says nothing about where the reference time starts.
public struct TransportFeedback: Sendable {
    public static let format: UInt8 = 15
    /// 250 us in nanoseconds.
    public static let nanosecondsPerTick: Int64 = 250_000
    /// The reference time counts 64 ms.
    public static let ticksPerReference: Int64 = 256
    static let chunksOffset = 20

    public let sender: SSRC
    public let media: SSRC
    /// The first packet that the message speaks of.
    public let base: SequenceNumber
    /// How many packets it speaks of, 1 ... 65535.
    public let statusCount: Int
    /// In units of 64 ms, -2^23 ..< 2^23; it wraps.
    public let referenceTime: Int32
    /// The number of the message modulo 256.
    public let feedbackCount: UInt8
    /// Where the chunks end and the deltas start.
    let deltasOffset: Int
    let end: Int

    /// Reads the message that `bytes` start with, and checks that chunks and deltas are all there, so that its reader does
    /// not stop half way.
    ///
    /// - Complexity: O(packets).
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try FeedbackHeader(
            bytes,
            .transportFeedback,
            format: Self.format,
            needed: Self.chunksOffset
        )
        sender = header.sender
        media = header.media
        base = SequenceNumber(bytes.loadUInt16(at: 12))
        statusCount = Int(bytes.loadUInt16(at: 14))
        referenceTime = Int32(bitPattern: bytes.loadUInt24(at: 16) << 8) >> 8
        feedbackCount = bytes.loadUInt8(at: 19)
        end = header.end
        guard statusCount > 0 else { throw .invalidField(offset: 14) }
        var position = Self.chunksOffset
        var covered = 0
        while covered < statusCount {
            guard end - position >= 2 else { throw .truncated(needed: 2, available: end - position) }
            covered += PacketStatusChunk(rawValue: bytes.loadUInt16(at: position)).count
            position += 2
        }
        deltasOffset = position
        var reader = TransportFeedbackReader(self)
        while try reader.next(in: bytes) != nil {}
    }

    /// Goes through the packets of the message.
    public func makeReader() -> TransportFeedbackReader { TransportFeedbackReader(self) }
}
