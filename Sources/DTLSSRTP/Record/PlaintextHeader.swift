import Wire

/// The record header of 1.2, and of unprotected records in 1.3 (RFC 6347 section 4.1).
///
///      0                   1                   2                   3
///     +---------------+-------------------------------+---------------+
///     | content type  | version                       | epoch ...     |
///     +---------------+-------------------------------+---------------+
///     | ... epoch     | sequence number (48 bits) ...                 |
///     +---------------+-----------------------------------------------+
///     | ... sequence number                           | length ...    |
///     +---------------+-----------------------------------------------+
///     | ... length    | fragment ...
struct PlaintextHeader: Sendable {
    static let length = 13

    var type: ContentType
    var version: UInt16
    var number: RecordNumber
    /// The number of bytes after the header.
    var payloadLength: Int

    init(type: ContentType, version: UInt16, number: RecordNumber, payloadLength: Int) {
        self.type = type
        self.version = version
        self.number = number
        self.payloadLength = payloadLength
    }

    init(parsing reader: inout ByteReader) throws(WireError) {
        type = ContentType(rawValue: try reader.readUInt8())
        version = try reader.readUInt16()
        let epoch = try reader.readUInt16()
        number = RecordNumber(epoch: UInt64(epoch), sequence: try reader.readUInt48())
        payloadLength = Int(try reader.readUInt16())
    }

    func write(to bytes: inout [UInt8]) {
        bytes.append(type.rawValue)
        bytes.append(bigEndian: version)
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: number.epoch))
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: number.sequence >> 32))
        bytes.append(bigEndian: UInt32(truncatingIfNeeded: number.sequence))
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: payloadLength))
    }
}
