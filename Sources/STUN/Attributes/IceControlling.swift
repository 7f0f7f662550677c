public import Wire

/// ICE-CONTROLLING: the sender is in the controlling role (RFC 8445 section 16.1).
public struct IceControlling: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .iceControlling }

    public var tieBreaker: UInt64

    @inlinable
    public init(tieBreaker: UInt64) {
        self.tieBreaker = tieBreaker
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(8, of: value)
        self.tieBreaker = value.loadUInt64(at: 0)
    }

    @inlinable
    public var byteCount: Int { 8 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(tieBreaker)
    }
}
