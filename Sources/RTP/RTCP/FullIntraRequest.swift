import Wire

/// Somebody new, for example, wants key frames (RFC 5104 section 4.3.1): pairs of a stream and a number, which rises with each
/// new request.
public struct FullIntraRequest: Sendable {
    public static let format: UInt8 = 4

    public struct Entry: Hashable, Sendable, BitwiseCopyable {
        public static let length = 8

        public var ssrc: SSRC
        /// The same as last time in a repetition of the request. It wraps.
        public var sequenceNumber: UInt8

        public init(ssrc: SSRC, sequenceNumber: UInt8) {
            self.ssrc = ssrc
            self.sequenceNumber = sequenceNumber
        }
    }

    public let sender: SSRC
    public let count: Int

    /// Reads the message that `bytes` start with.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try FeedbackHeader(bytes, .payloadFeedback, format: Self.format)
        let entries = header.end - FeedbackHeader.length
        guard entries % Entry.length == 0 else { throw .length(header.end) }
        sender = header.sender
        count = entries / Entry.length
    }

    /// The entry at `index` of the message that this was read from, or nil beyond ``count``.
    public func entry(_ index: Int, in bytes: RawSpan) -> Entry? {
        let offset = FeedbackHeader.length &+ index &* Entry.length
        guard index >= 0, index < count, offset + Entry.length <= bytes.byteCount else { return nil }
        return Entry(ssrc: SSRC(bytes.loadUInt32(at: offset)), sequenceNumber: bytes.loadUInt8(at: offset + 4))
    }

    /// - Returns: The length of the message.
    public static func write(
        _ entries: Span<Entry>,
        sender: SSRC,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> Int {
        let length = FeedbackHeader.length + entries.count * Entry.length
        // The media SSRC of the message is 0; the entries have their own.
        try FeedbackHeader.store(
            .payloadFeedback,
            format: format,
            sender: sender,
            media: SSRC(0),
            length: length,
            to: &bytes,
            at: offset
        )
        for index in entries.indices {
            let position = offset + FeedbackHeader.length + index * Entry.length
            bytes.store(entries[index].ssrc.rawValue, at: position)
            bytes.store(UInt32(entries[index].sequenceNumber) << 24, at: position + 4)
        }
        return length
    }
}
