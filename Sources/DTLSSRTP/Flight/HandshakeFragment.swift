import Wire

/// A complete handshake message with what it needs to be judged and hashed.
struct HandshakeMessage: Sendable {
    var type: HandshakeType
    /// The message_seq.
    var sequence: UInt16
    /// The epoch of the records that carried it.
    var epoch: UInt64
    var body: [UInt8]
}

/// A piece of a handshake message with its header (RFC 6347 section 4.2.2).
///
///     +---------------+-----------------------------------------------+
///     | type          | length of the whole message (24 bits)         |
///     +---------------+---------------+-------------------------------+
///     | message_seq                   | fragment_offset (24 bits) ... |
///     +-------------------------------+-------------------------------+
///     | ...           | fragment_length (24 bits)                     |
///     +---------------+-----------------------------------------------+
struct HandshakeFragment: ~Escapable {
    static let headerLength = 12

    let type: HandshakeType
    let messageLength: Int
    let sequence: UInt16
    let offset: Int
    let payload: RawSpan

    var range: Range<Int> { offset..<offset + payload.byteCount }

    /// True for the piece with which the message ends.
    var isLast: Bool { range.upperBound == messageLength }

    /// Nil where the fragment reaches over the end of its message.
    @_lifetime(copy reader)
    init?(parsing reader: inout ByteReader) throws(WireError) {
        type = HandshakeType(rawValue: try reader.readUInt8())
        messageLength = Int(try reader.readUInt24())
        sequence = try reader.readUInt16()
        offset = Int(try reader.readUInt24())
        payload = try reader.readBytes(Int(try reader.readUInt24()))
        guard offset + payload.byteCount <= messageLength else { return nil }
    }

    static func writeHeader(
        type: HandshakeType,
        messageLength: Int,
        sequence: UInt16,
        range: Range<Int>,
        to bytes: inout [UInt8]
    ) {
        bytes.append(type.rawValue)
        bytes.append(bigEndian24: UInt32(truncatingIfNeeded: messageLength))
        bytes.append(bigEndian: sequence)
        bytes.append(bigEndian24: UInt32(truncatingIfNeeded: range.lowerBound))
        bytes.append(bigEndian24: UInt32(truncatingIfNeeded: range.count))
    }
}
