import Wire

/// A receiver cannot decode a stream and asks for a key frame (RFC 4585 section 6.3.1).
public struct PictureLossIndication: Hashable, Sendable, BitwiseCopyable {
    public static let format: UInt8 = 1
    public static let length = 12

    public var sender: SSRC
    public var media: SSRC

    public init(sender: SSRC, media: SSRC) {
        self.sender = sender
        self.media = media
    }

    /// Reads the message that `bytes` start with.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try FeedbackHeader(bytes, .payloadFeedback, format: Self.format)
        sender = header.sender
        media = header.media
    }

    /// - Returns: ``length``.
    public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) throws(RTPError) -> Int {
        try FeedbackHeader.store(
            .payloadFeedback,
            format: Self.format,
            sender: sender,
            media: media,
            length: Self.length,
            to: &bytes,
            at: offset
        )
        return Self.length
    }
}
