public import Wire

/// ADDRESS-ERROR-CODE: the family that a dual allocation did not get, and why (RFC 8656 section 18.12).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  Family       |    Reserved             |Class|     Number    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |      Reason Phrase (variable)                                ..
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct AddressErrorCode: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .addressErrorCode }

    public let family: AddressFamily
    public let error: ErrorCode

    @inlinable
    public init(_ family: AddressFamily, _ error: ErrorCode) {
        self.family = family
        self.error = error
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        guard (4...4 + MessageView.maximumTextLength).contains(value.byteCount) else {
            throw .attributeLength(type: Self.type, length: value.byteCount)
        }
        self.family = AddressFamily(rawValue: value.loadUInt8(at: 0))
        self.error = ErrorCode(constant: try ErrorCode.decodeCode(value.loadUInt16(at: 2), of: Self.type))
    }

    @inlinable
    public var byteCount: Int { 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(UInt32(family.rawValue) << 24 | UInt32(error.field))
    }
}
