public import Wire

/// A STUN message where it lies: the header's fields and the offsets of what authenticates it (RFC 8489 section 5).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0 0|     STUN Message Type     |         Message Length        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                         Magic Cookie                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                     Transaction ID (96 bits)                  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// The framing of all attributes is checked once, here; reading them afterwards cannot leave the message. Nothing is copied
/// or allocated.
public struct MessageView: ~Escapable {
    /// Exactly the message: header and attributes.
    public let bytes: RawSpan
    public let type: MessageType
    public let transactionID: TransactionID
    /// Where the attributes that count end: at the first MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 or FINGERPRINT, or at
    /// the end of the message.
    @usableFromInline
    let attributesEnd: Int
    /// Offsets of the attributes' headers; 0 where there is none.
    @usableFromInline
    let integrityOffset: Int
    @usableFromInline
    let integritySHA256Offset: Int
    @usableFromInline
    let fingerprintOffset: Int

    /// Checks the header and the framing of the attributes.
    ///
    /// - Parameter bytes: exactly one message: a datagram, or what a stream's framing has cut out.
    /// - Throws: ``STUNError``. RFC 8489 section 6.3 wants every such message discarded without a word.
    /// - Complexity: O(number of attributes).
    @inlinable
    @_lifetime(copy bytes)
    public init(parsing bytes: RawSpan) throws(STUNError) {
        let length = try Self.messageLength(in: bytes)
        guard bytes.byteCount == length else { throw .trailingBytes(count: bytes.byteCount - length) }
        var integrity = 0
        var integritySHA256 = 0
        var fingerprint = 0
        var counted = length
        var offset = STUNHeader.byteCount
        while offset < length {
            // The length is a multiple of four and so is the offset: the attribute's own header is always there.
            let type = AttributeType(rawValue: bytes.loadUInt16(at: offset))
            let valueLength = Int(bytes.loadUInt16(at: offset + 2))
            let next = offset + 4 + (valueLength + 3) & ~3
            guard next <= length else {
                throw .attributeTruncated(type: type, needed: valueLength, available: length - offset - 4)
            }
            guard fingerprint == 0 else { throw .fingerprintNotLast(type: type) }
            switch type {
            case .messageIntegrity where integrity == 0 && integritySHA256 == 0:
                guard valueLength == 20 else { throw .attributeLength(type: type, length: valueLength) }
                integrity = offset
                counted = min(counted, offset)
            case .messageIntegritySHA256 where integritySHA256 == 0:
                guard (16...32).contains(valueLength), valueLength & 3 == 0 else {
                    throw .attributeLength(type: type, length: valueLength)
                }
                integritySHA256 = offset
                counted = min(counted, offset)
            case .fingerprint:
                guard valueLength == 4 else { throw .attributeLength(type: type, length: valueLength) }
                fingerprint = offset
                counted = min(counted, offset)
            default:
                break
            }
            offset = next
        }
        self.bytes = bytes
        self.type = MessageType(rawValue: bytes.loadUInt16(at: 0))
        self.transactionID = TransactionID(bytes, at: 8)
        self.attributesEnd = counted
        self.integrityOffset = integrity
        self.integritySHA256Offset = integritySHA256
        self.fingerprintOffset = fingerprint
    }

    @inlinable
    public var messageClass: MessageClass { type.messageClass }

    @inlinable
    public var method: Method { type.method }

    /// The length in bytes of the message that starts at the first of `bytes`, header included: for the framing of streams.
    ///
    /// - Throws: ``STUNError/truncated(needed:available:)`` when there are fewer bytes than that; another case when this is
    ///   no message at all.
    @inlinable
    public static func messageLength(in bytes: RawSpan) throws(STUNError) -> Int {
        guard bytes.byteCount >= STUNHeader.byteCount else {
            throw .truncated(needed: STUNHeader.byteCount, available: bytes.byteCount)
        }
        let first = bytes.loadUInt8(at: 0)
        guard first & 0xC0 == 0 else { throw .notSTUN(firstByte: first) }
        let cookie = bytes.loadUInt32(at: 4)
        guard cookie == STUNHeader.magicCookie else { throw .badMagicCookie(cookie) }
        let length = Int(bytes.loadUInt16(at: 2))
        guard length & 3 == 0 else { throw .unalignedLength(length) }
        let needed = STUNHeader.byteCount + length
        guard needed <= bytes.byteCount else { throw .truncated(needed: needed, available: bytes.byteCount) }
        return needed
    }
}

/// The constants of the header.
public enum STUNHeader {
    /// The number of bytes before the first attribute.
    public static let byteCount = 20
    /// Tells STUN from other protocols and from RFC 3489.
    public static let magicCookie: UInt32 = 0x2112_A442
}
