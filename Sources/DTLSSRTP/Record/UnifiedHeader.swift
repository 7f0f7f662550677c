import Wire

/// The header of protected records in 1.3 (RFC 9147 section 4).
///
///      0 1 2 3 4 5 6 7
///     +-+-+-+-+-+-+-+-+
///     |0|0|1|C|S|L|E E|   C connection id, S 16-bit number, L length present, E low bits of the epoch
///     +-+-+-+-+-+-+-+-+
///     | 8 or 16 bits of the sequence number, encrypted
///     +-+-+-+-+-+-+-+-+
///     | 16-bit length, if present
///     +-+-+-+-+-+-+-+-+
struct UnifiedHeader: Sendable {
    /// The length of what is written here: always a 16-bit number and a length.
    static let writtenLength = 5

    var firstByte: UInt8
    /// As received: still encrypted.
    var numberBytes: [UInt8]
    var lengthBytes: [UInt8]
    var payloadLength: Int

    var epochBits: UInt64 { UInt64(firstByte & 0b11) }

    /// Parses a header; without a length the record takes the rest of the datagram.
    ///
    /// Nil for a connection id, since none is ever negotiated.
    init?(parsing reader: inout ByteReader) throws(WireError) {
        firstByte = try reader.readUInt8()
        guard firstByte & 0b1111_0000 == 0b0010_0000 else { return nil }
        numberBytes = try reader.readBytes(firstByte & 0b1000 == 0 ? 1 : 2).array()
        if firstByte & 0b0100 == 0 {
            lengthBytes = []
            payloadLength = reader.remaining
        } else {
            lengthBytes = try reader.readBytes(2).array()
            payloadLength = Int(lengthBytes[0]) << 8 | Int(lengthBytes[1])
        }
    }

    /// The sequence number nearest to the one expected whose low bits are `bits` (RFC 9147 section 4.2.2).
    static func reconstruct(bits: UInt64, width: Int, expected: UInt64) -> UInt64 {
        let size: UInt64 = 1 << UInt64(width)
        let candidate = expected & ~(size - 1) | bits
        if candidate > expected, candidate - expected > size / 2, candidate >= size { return candidate - size }
        if candidate < expected, expected - candidate >= size / 2, candidate <= RecordNumber.maximumSequence - size {
            return candidate + size
        }
        return candidate
    }
}
