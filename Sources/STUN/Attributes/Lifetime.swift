public import Wire

/// LIFETIME: for how long the server keeps an allocation without a refresh (RFC 8656 section 18.2).
public struct Lifetime: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .lifetime }

    public var seconds: UInt32

    @inlinable
    public init(seconds: UInt32) {
        self.seconds = seconds
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(4, of: value)
        self.seconds = value.loadUInt32(at: 0)
    }

    @inlinable
    public var byteCount: Int { 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(seconds)
    }
}
