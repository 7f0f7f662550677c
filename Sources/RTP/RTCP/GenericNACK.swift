import Wire

/// Packets that a receiver misses (RFC 4585 section 6.2.1): pairs of a sequence number and a mask of the 16 behind it.
public struct GenericNACK: Sendable {
    public static let format: UInt8 = 1

    public let sender: SSRC
    public let media: SSRC
    private let end: Int
    private var position = FeedbackHeader.length
    /// What is left of the pair before ``position``: the number that bit 0 of the mask stands for, and the mask.
    private var base = SequenceNumber(0)
    private var mask: UInt32 = 0

    /// Reads the message that `bytes` start with.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try FeedbackHeader(bytes, .transportFeedback, format: Self.format)
        guard (header.end - FeedbackHeader.length) % 4 == 0 else { throw .length(header.end) }
        sender = header.sender
        media = header.media
        end = header.end
    }

    /// The next missing packet, or nil behind the last one. `bytes` are those the message was read from.
    public mutating func next(in bytes: RawSpan) -> SequenceNumber? {
        while mask == 0 {
            guard position < end, position + 4 <= bytes.byteCount else { return nil }
            base = SequenceNumber(bytes.loadUInt16(at: position))
            mask = UInt32(bytes.loadUInt16(at: position + 2)) << 1 | 1
            position += 4
        }
        let bit = mask.trailingZeroBitCount
        mask &= mask - 1
        return base.advanced(by: bit)
    }

    /// Writes a message about as many of `lost` as fit.
    ///
    /// - Parameters:
    ///   - lost: In order of sending, 1 at least.
    ///   - limit: The most bytes to write.
    /// - Returns: The length of the message, and how many of `lost` are in it.
    public static func write(
        _ lost: Span<SequenceNumber>,
        sender: SSRC,
        media: SSRC,
        limit: Int = 1200,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> (length: Int, count: Int) {
        let capacity = min(limit, bytes.byteCount - offset)
        guard !lost.isEmpty else { throw .unrepresentable(0) }
        guard capacity >= FeedbackHeader.length + 4 else {
            throw .noCapacity(needed: FeedbackHeader.length + 4, available: capacity)
        }
        var length = FeedbackHeader.length
        var index = 0
        while index < lost.count, length + 4 <= capacity {
            let base = lost[index]
            var mask: UInt16 = 0
            index += 1
            while index < lost.count {
                let distance = base.distance(to: lost[index])
                guard (0...16).contains(distance) else { break }
                if distance > 0 { mask |= 1 << UInt16(distance - 1) }
                index += 1
            }
            bytes.store(base.rawValue, at: offset + length)
            bytes.store(mask, at: offset + length + 2)
            length += 4
        }
        try FeedbackHeader.store(
            .transportFeedback,
            format: format,
            sender: sender,
            media: media,
            length: length,
            to: &bytes,
            at: offset
        )
        return (length, index)
    }
}
