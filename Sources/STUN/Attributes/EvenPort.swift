public import Wire

/// EVEN-PORT: the relayed port must be even (RFC 8656 section 18.7).
public struct EvenPort: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .evenPort }

    /// The R bit: keep the next higher port too. The other bits are ignored.
    public var reservesNext: Bool

    @inlinable
    public init(reservesNext: Bool) {
        self.reservesNext = reservesNext
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(1, of: value)
        self.reservesNext = value.loadUInt8(at: 0) & 0x80 != 0
    }

    @inlinable
    public var byteCount: Int { 1 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(UInt8(reservesNext ? 0x80 : 0))
    }
}
