public import Wire

/// XOR-RELAYED-ADDRESS: the relayed transport address of an allocation (RFC 8656 section 18.5).
public struct XorRelayedAddress: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .xorRelayedAddress }

    public var address: TransportAddress

    @inlinable
    public init(_ address: TransportAddress) {
        self.address = address
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        self.address = try AddressCodec.decode(value, of: Self.type, mask: AddressCodec.Mask(transactionID))
    }

    @inlinable
    public var byteCount: Int { AddressCodec.byteCount(address) }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try AddressCodec.encode(address, to: &writer, mask: AddressCodec.Mask(transactionID))
    }
}
