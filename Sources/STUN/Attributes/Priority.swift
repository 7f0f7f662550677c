public import Wire

/// PRIORITY: of the peer-reflexive candidate that a check may reveal (RFC 8445 section 16.1).
public struct Priority: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .priority }

    public var value: UInt32

    @inlinable
    public init(_ value: UInt32) {
        self.value = value
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(4, of: value)
        self.value = value.loadUInt32(at: 0)
    }

    @inlinable
    public var byteCount: Int { 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(value)
    }
}
