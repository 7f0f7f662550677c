/// What can be wrong with a STUN message, or with the values that make one.
///
/// The cases carry integers only, so throwing one allocates nothing.
public enum STUNError: Error, Hashable, Sendable {
    /// Fewer bytes were there than the header or its length field promise.
    case truncated(needed: Int, available: Int)
    /// More bytes were there than the length field promises.
    case trailingBytes(count: Int)
    /// The first two bits are not zero (RFC 8489 section 5).
    case notSTUN(firstByte: UInt8)
    case badMagicCookie(UInt32)
    /// The length field is not a multiple of four.
    case unalignedLength(Int)
    /// An attribute reaches past the end of the message.
    case attributeTruncated(type: AttributeType, needed: Int, available: Int)
    /// The value of an attribute has a length which its type does not allow.
    case attributeLength(type: AttributeType, length: Int)
    /// The value of an attribute holds a field which its type does not allow.
    case attributeValue(type: AttributeType, value: Int)
    /// An attribute follows FINGERPRINT (RFC 8489 section 14.7).
    case fingerprintNotLast(type: AttributeType)
    /// The buffer given to a writer is too small, or the message would be longer than 65552 bytes.
    case noCapacity(needed: Int, available: Int)
    /// A string is empty where RFC 8265 section 4.2.2 wants at least one character.
    case emptyString
    /// A string holds a code point that the OpaqueString profile refuses (RFC 8265 section 4.2.1).
    case disallowedCodePoint(UInt32)
}
