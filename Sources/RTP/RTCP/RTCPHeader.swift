import Wire

/// The header that every RTCP message starts with (RFC 3550 section 6.4.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|  format |  packet type  |    length in words minus 1    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct RTCPHeader: Sendable, BitwiseCopyable {
    /// The header itself in bytes.
    public static let length = 4

    /// A count of blocks or a feedback message type, 0 ... 31.
    public let format: UInt8
    public let packetType: RTCPPacketType
    /// The whole message in bytes.
    public let messageLength: Int
    /// The message without its padding, in bytes.
    public let contentLength: Int

    /// Reads the header of the message that `bytes` start with. More messages may follow.
    ///
    /// - Throws: ``RTPError/truncated(needed:available:)``, ``RTPError/version(_:)``, ``RTPError/padding(count:available:)``.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        try bytes.require(Self.length)
        let first = bytes.loadUInt8(at: 0)
        guard first >> 6 == 2 else { throw .version(first >> 6) }
        format = first & 0x1F
        packetType = RTCPPacketType(bytes.loadUInt8(at: 1))
        messageLength = 4 * (Int(bytes.loadUInt16(at: 2)) + 1)
        try bytes.require(messageLength)
        guard first & 0x20 != 0 else {
            contentLength = messageLength
            return
        }
        let padding = Int(bytes.loadUInt8(at: messageLength - 1))
        guard padding > 0, padding <= messageLength - Self.length else {
            throw .padding(count: padding, available: messageLength - Self.length)
        }
        contentLength = messageLength - padding
    }

    /// Reads the header of a message of a known kind, and checks that its content has `needed` bytes at least.
    init(
        _ bytes: RawSpan,
        _ packetType: RTCPPacketType,
        format: UInt8? = nil,
        needed: Int
    ) throws(RTPError) {
        try self.init(parsing: bytes)
        guard self.packetType == packetType, format == nil || format == self.format else {
            throw .unexpectedType(packetType: self.packetType.rawValue, format: self.format)
        }
        guard contentLength >= needed else { throw .truncated(needed: needed, available: contentLength) }
    }
}

extension MutableRawSpan {
    /// Checks that `length` bytes fit at `offset` and writes the header of a message of that length.
    mutating func storeRTCPHeader(
        _ packetType: RTCPPacketType,
        format: Int,
        length: Int,
        at offset: Int
    ) throws(RTPError) {
        guard offset >= 0, byteCount - offset >= length else {
            throw .noCapacity(needed: length, available: byteCount - offset)
        }
        guard (0...31).contains(format) else { throw .unrepresentable(format) }
        guard length % 4 == 0, let words = UInt16(exactly: length / 4 - 1) else { throw .unrepresentable(length) }
        store(0x80 | UInt8(format), at: offset)
        store(packetType.rawValue, at: offset + 1)
        store(words, at: offset + 2)
    }
}
