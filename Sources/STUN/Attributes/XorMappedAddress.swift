public import Wire

/// XOR-MAPPED-ADDRESS: the source address of the request as the server saw it (RFC 8489 section 14.2).
public struct XorMappedAddress: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .xorMappedAddress }

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
