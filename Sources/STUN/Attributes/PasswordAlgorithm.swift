public import Wire

/// PASSWORD-ALGORITHM: how the key of a long-term credential is made (RFC 8489 sections 14.12 and 18.5).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |          Algorithm            |  Algorithm Parameters Length  |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                    Algorithm Parameters (variable)
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
///
/// No algorithm that is defined has parameters: where one comes with them, it is read as unknown.
public struct PasswordAlgorithm: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .passwordAlgorithm }

    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Not an algorithm: 0 is reserved.
    public static let unknown = PasswordAlgorithm(rawValue: 0x0000)
    public static let md5 = PasswordAlgorithm(rawValue: 0x0001)
    public static let sha256 = PasswordAlgorithm(rawValue: 0x0002)

    @inlinable
    public var isSupported: Bool { self == .md5 || self == .sha256 }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        var offset = 0
        self = try Self.decode(value, at: &offset, of: Self.type)
        guard offset == value.byteCount else { throw .attributeLength(type: Self.type, length: value.byteCount) }
    }

    /// Reads one algorithm with its padded parameters and moves `offset` behind it.
    @inlinable
    static func decode(
        _ value: RawSpan,
        at offset: inout Int,
        of type: AttributeType
    ) throws(STUNError) -> PasswordAlgorithm {
        let rest = value.byteCount - offset
        guard rest >= 4 else { throw .attributeLength(type: type, length: value.byteCount) }
        let algorithm = PasswordAlgorithm(rawValue: value.loadUInt16(at: offset))
        let parameters = Int(value.loadUInt16(at: offset + 2))
        // The last one may come without padding: its end is the end of the attribute.
        guard parameters <= rest - 4 else { throw .attributeLength(type: type, length: value.byteCount) }
        offset = min(offset + 4 + (parameters + 3) & ~3, value.byteCount)
        return parameters == 0 ? algorithm : .unknown
    }

    @inlinable
    public var byteCount: Int { 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(UInt32(rawValue) << 16)
    }
}
