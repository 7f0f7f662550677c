import Wire

/// What a sender says about its stream, and as a receiver about others (RFC 3550 section 6.4.1).
public struct SenderReport: Hashable, Sendable, BitwiseCopyable {
    /// The message without report blocks.
    public static let minimumLength = 28

    public var sender: SSRC
    public var ntp: NTPTimestamp
    /// The same moment on the clock of the stream.
    public var timestamp: RTPTimestamp
    public var packetCount: UInt32
    /// Of payload, without headers and padding.
    public var octetCount: UInt32
    /// 0 ... 31.
    public private(set) var blockCount: Int = 0

    public init(sender: SSRC, ntp: NTPTimestamp, timestamp: RTPTimestamp, packetCount: UInt32, octetCount: UInt32) {
        self.sender = sender
        self.ntp = ntp
        self.timestamp = timestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
    }

    /// Reads the message that `bytes` start with.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try RTCPHeader(bytes, .senderReport, needed: Self.minimumLength)
        blockCount = Int(header.format)
        let needed = Self.minimumLength + blockCount * ReportBlock.length
        guard header.contentLength >= needed else {
            throw .truncated(needed: needed, available: header.contentLength)
        }
        sender = SSRC(bytes.loadUInt32(at: 4))
        ntp = NTPTimestamp(bytes.loadUInt64(at: 8))
        timestamp = RTPTimestamp(bytes.loadUInt32(at: 16))
        packetCount = bytes.loadUInt32(at: 20)
        octetCount = bytes.loadUInt32(at: 24)
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
        try bytes.storeRTCPHeader(.senderReport, format: blocks.count, length: length, at: offset)
        bytes.store(sender.rawValue, at: offset + 4)
        bytes.store(ntp.rawValue, at: offset + 8)
        bytes.store(timestamp.rawValue, at: offset + 16)
        bytes.store(packetCount, at: offset + 20)
        bytes.store(octetCount, at: offset + 24)
        for index in blocks.indices {
            blocks[index].store(in: &bytes, at: offset + Self.minimumLength + index * ReportBlock.length)
        }
        return length
    }
}
