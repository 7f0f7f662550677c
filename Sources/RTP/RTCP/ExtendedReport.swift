import Wire

/// Reports beyond sender and receiver reports, as blocks of several types (RFC 3611 section 2).
///
/// ```
/// |V=2|P|reserved |   PT=XR=207   |             length            |
/// |                              SSRC                             |
/// |      BT       | type-specific |         block length          |
/// :             type-specific block contents                      :
/// ```
public struct ExtendedReport: Sendable {
    /// Header and SSRC.
    public static let minimumLength = 8

    /// The type of a ``ReceiverReferenceTime`` block.
    public static let receiverReferenceTime: UInt8 = 4
    /// The type of a block of ``DelaySinceLastReceiverReport``s.
    public static let delaySinceLastReceiverReport: UInt8 = 5

    public struct Block: Sendable {
        public let type: UInt8
        /// Where the contents lie in the message, behind the 4 bytes of type and length.
        public let range: Range<Int>
    }

    public let sender: SSRC
    private let end: Int
    private var position = minimumLength

    /// Reads the message that `bytes` start with.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try RTCPHeader(bytes, .extendedReport, needed: Self.minimumLength)
        sender = SSRC(bytes.loadUInt32(at: 4))
        end = header.contentLength
        var reader = self
        while try reader.next(in: bytes) != nil {}
    }

    /// The next block, or nil behind the last one. `bytes` are those the message was read from.
    public mutating func next(in bytes: RawSpan) throws(RTPError) -> Block? {
        guard end <= bytes.byteCount else { throw .truncated(needed: end, available: bytes.byteCount) }
        guard position < end else { return nil }
        guard end - position >= 4 else { throw .truncated(needed: 4, available: end - position) }
        let length = 4 + 4 * Int(bytes.loadUInt16(at: position + 2))
        guard end - position >= length else { throw .truncated(needed: length, available: end - position) }
        let block = Block(type: bytes.loadUInt8(at: position), range: position + 4..<position + length)
        position += length
        return block
    }
}
