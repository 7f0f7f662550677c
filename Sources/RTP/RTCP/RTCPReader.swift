import Wire

/// A message inside an RTCP packet.
public struct RTCPMessage: Sendable {
    public let header: RTCPHeader
    /// Where it lies in the packet, with its padding.
    public let range: Range<Int>

    /// True for a message of this kind and format.
    @inlinable
    public func `is`(_ packetType: RTCPPacketType, format: UInt8) -> Bool {
        header.packetType == packetType && header.format == format
    }

    /// The bytes of the message, which its view parses. `packet` is the one it was read from.
    @_lifetime(copy packet)
    @inlinable
    public func bytes(in packet: RawSpan) -> RawSpan {
        packet.extracting(range)
    }
}

/// Goes through the messages of a compound or reduced-size RTCP packet (RFC 3550 section 6.1, RFC 5506). It holds no bytes:
/// every call takes the same packet.
///
/// Messages of unknown kinds come out like all others; their reader passes over them.
public struct RTCPReader: Sendable {
    private var position = 0

    public init() {}

    /// The next message, or nil behind the last one.
    ///
    /// - Throws: what ``RTCPHeader/init(parsing:)`` throws. What comes behind a broken message cannot be found.
    public mutating func next(in packet: RawSpan) throws(RTPError) -> RTCPMessage? {
        guard position < packet.byteCount else { return nil }
        let header = try RTCPHeader(parsing: packet.extracting(position..<packet.byteCount))
        let start = position
        position += header.messageLength
        return RTCPMessage(header: header, range: start..<position)
    }
}
