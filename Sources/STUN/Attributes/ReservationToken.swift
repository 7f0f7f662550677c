public import Wire

/// RESERVATION-TOKEN: names a relayed address that the server keeps for later (RFC 8656 section 18.10).
public struct ReservationToken: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .reservationToken }

    public var value: UInt64

    @inlinable
    public init(_ value: UInt64) {
        self.value = value
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(8, of: value)
        self.value = value.loadUInt64(at: 0)
    }

    @inlinable
    public var byteCount: Int { 8 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(value)
    }
}
