import Wire

/// What somebody who sends no media says about the streams it gets (RFC 3550 section 6.4.2).
public struct ReceiverReport: Hashable, Sendable, BitwiseCopyable {
    /// The message without report blocks.
    public static let minimumLength = 8

    public var sender: SSRC
    /// 0 ... 31.
    public private(set) var blockCount: Int = 0

    public init(sender: SSRC) {
        self.sender = sender
    }

    /// Reads the message that `bytes` start with.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try RTCPHeader(bytes, .receiverReport, needed: Self.minimumLength)
        blockCount = Int(header.format)
        let needed = Self.minimumLength + blockCount * ReportBlock.length
        guard header.contentLength >= needed else {
            throw .truncated(needed: needed, available: header.contentLength)
        }
        sender = SSRC(bytes.loadUInt32(at: 4))
    }

    /// The report block at `index` of the message that this was read from, or nil beyond ``blockCount``.
    public func block(_ index: Int, in bytes: RawSpan) -> ReportBlock? {
        let offset = Self.minimumLength &+ index &* ReportBlock.length
        guard index >= 0, index < blockCount, offset + ReportBlock.length <= bytes.byteCount else { return nil }
        return ReportBlock(bytes, at: offset)
    }

    /// Writes the message with `blocks`, 31 at most.
    ///
    /// - Returns: Its length.
    public func write(
        blocks: Span<ReportBlock> = Span(),
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> Int {
        let length = Self.minimumLength + blocks.count * ReportBlock.length
        try bytes.storeRTCPHeader(.receiverReport, format: blocks.count, length: length, at: offset)
        bytes.store(sender.rawValue, at: offset + 4)
        for index in blocks.indices {
            blocks[index].store(in: &bytes, at: offset + Self.minimumLength + index * ReportBlock.length)
        }
        return length
    }
}
