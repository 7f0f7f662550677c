import Wire

/// The bitrate that a receiver thinks it can get, REMB (draft-alvestrand-rmcat-remb-03 section 2.2).
///
/// ```
/// |                  SSRC of packet sender                        |
/// |                  SSRC of media source = 0                     |
/// |  Unique identifier 'R' 'E' 'M' 'B'                            |
/// |  Num SSRC     | BR Exp    |  BR Mantissa (18 bits)            |
/// |   SSRC feedback ...                                           |
/// ```
public struct ReceiverEstimatedMaximumBitrate: Sendable {
    /// The format of all application layer feedback; the identifier tells REMB from others.
    public static let format: UInt8 = 15
    static let identifier: UInt32 = 0x5245_4D42
    private static let minimumLength = 20

    public let sender: SSRC
    /// Saturated where the message says more than 2^64 - 1.
    public let bitsPerSecond: UInt64
    /// How many streams share it, 0 ... 255.
    public let count: Int

    /// Reads the message that `bytes` start with.
    ///
    /// - Throws: ``RTPError/invalidField(offset:)`` for other application layer feedback.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try FeedbackHeader(bytes, .payloadFeedback, format: Self.format, needed: Self.minimumLength)
        guard bytes.loadUInt32(at: 12) == Self.identifier else { throw .invalidField(offset: 12) }
        let word = bytes.loadUInt32(at: 16)
        count = Int(word >> 24)
        let needed = Self.minimumLength + 4 * count
        guard header.end >= needed else { throw .truncated(needed: needed, available: header.end) }
        sender = header.sender
        let exponent = UInt64(word >> 18 & 0x3F)
        let mantissa = UInt64(word & 0x3_FFFF)
        let shifted = mantissa << exponent
        bitsPerSecond = shifted >> exponent == mantissa ? shifted : .max
    }

    /// The stream at `index` of the message that this was read from, or nil beyond ``count``.
    public func ssrc(_ index: Int, in bytes: RawSpan) -> SSRC? {
        let offset = Self.minimumLength &+ 4 &* index
        guard index >= 0, index < count, offset + 4 <= bytes.byteCount else { return nil }
        return SSRC(bytes.loadUInt32(at: offset))
    }

    /// Writes a message; the bitrate keeps its 18 highest bits.
    ///
    /// - Parameter streams: 255 at most.
    /// - Returns: Its length.
    public static func write(
        bitsPerSecond: UInt64,
        streams: Span<SSRC>,
        sender: SSRC,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> Int {
        guard let count = UInt8(exactly: streams.count) else { throw .unrepresentable(streams.count) }
        let length = minimumLength + 4 * streams.count
        try FeedbackHeader.store(
            .payloadFeedback,
            format: format,
            sender: sender,
            media: SSRC(0),
            length: length,
            to: &bytes,
            at: offset
        )
        let exponent = max(0, 46 - bitsPerSecond.leadingZeroBitCount)
        let mantissa = UInt32(truncatingIfNeeded: bitsPerSecond >> UInt64(exponent))
        bytes.store(identifier, at: offset + 12)
        bytes.store(UInt32(count) << 24 | UInt32(exponent) << 18 | mantissa, at: offset + 16)
        for index in streams.indices {
            bytes.store(streams[index].rawValue, at: offset + minimumLength + 4 * index)
        }
        return length
    }
}
