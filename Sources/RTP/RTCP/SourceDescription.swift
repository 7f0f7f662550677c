import Wire

/// Who the sources are: chunks of one SSRC with items of text (RFC 3550 section 6.5).
///
/// ```
/// | V P SC | PT=202 | length | SSRC | type | length | text ... | type ... | 0 | padding to 32 bits | SSRC | ...
/// ```
public struct SourceDescription: Sendable {
    /// The type of a canonical name, the only item that matters here.
    public static let canonicalName: UInt8 = 1

    /// A piece of text about a source.
    public struct Item: Sendable {
        public let ssrc: SSRC
        public let type: UInt8
        /// Where the text lies in the message.
        public let range: Range<Int>
    }

    private let chunkCount: Int
    private let end: Int
    private var chunk = 0
    private var position = RTCPHeader.length
    private var ssrc: SSRC?

    /// Reads the message that `bytes` start with.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try RTCPHeader(bytes, .sourceDescription, needed: RTCPHeader.length)
        chunkCount = Int(header.format)
        end = header.contentLength
        // A message whose chunks do not fit is refused as a whole.
        var reader = self
        while try reader.next(in: bytes) != nil {}
    }

    /// The next item of any chunk, or nil behind the last one.
    public mutating func next(in bytes: RawSpan) throws(RTPError) -> Item? {
        guard end <= bytes.byteCount else { throw .truncated(needed: end, available: bytes.byteCount) }
        while true {
            guard let current = ssrc else {
                guard chunk < chunkCount else { return nil }
                guard end - position >= 4 else { throw .truncated(needed: 4, available: end - position) }
                ssrc = SSRC(bytes.loadUInt32(at: position))
                position += 4
                continue
            }
            guard position < end else { throw .truncated(needed: 1, available: 0) }
            let type = bytes.loadUInt8(at: position)
            if type == 0 {
                // The end of the chunk: one zero at least, up to the next multiple of 4.
                position = (position + 4) & ~3
                guard position <= end else { throw .truncated(needed: position, available: end) }
                chunk += 1
                ssrc = nil
                continue
            }
            guard end - position >= 2 else { throw .truncated(needed: 2, available: end - position) }
            let start = position + 2
            let length = Int(bytes.loadUInt8(at: position + 1))
            guard end - start >= length else { throw .truncated(needed: length, available: end - start) }
            position = start + length
            return Item(ssrc: current, type: type, range: start..<position)
        }
    }

    /// Writes a message with the canonical name of one source.
    ///
    /// - Parameter name: 255 bytes at most.
    /// - Returns: The length of the message.
    public static func write(
        canonicalName name: RawSpan,
        of ssrc: SSRC,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> Int {
        guard let count = UInt8(exactly: name.byteCount) else { throw .unrepresentable(name.byteCount) }
        // Header, SSRC, type and length, the name, one zero at least.
        let length = (RTCPHeader.length + 6 + name.byteCount + 4) & ~3
        try bytes.storeRTCPHeader(.sourceDescription, format: 1, length: length, at: offset)
        bytes.store(ssrc.rawValue, at: offset + 4)
        bytes.store(canonicalName, at: offset + 8)
        bytes.store(count, at: offset + 9)
        bytes.copy(name, to: offset + 10)
        bytes.zero(offset + 10 + name.byteCount..<offset + length)
        return length
    }
}
