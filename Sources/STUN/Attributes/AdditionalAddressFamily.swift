public import Wire

/// ADDITIONAL-ADDRESS-FAMILY: asks for a second relayed address, of IPv6 (RFC 8656 section 18.11).
public struct AdditionalAddressFamily: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .additionalAddressFamily }

    /// Not necessarily one that is defined.
    public var family: AddressFamily

    @inlinable
    public init(_ family: AddressFamily) {
        self.family = family
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(4, of: value)
        self.family = AddressFamily(rawValue: value.loadUInt8(at: 0))
    }

    @inlinable
    public var byteCount: Int { 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(UInt32(family.rawValue) << 24)
    }
}
