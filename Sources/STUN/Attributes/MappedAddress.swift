public import Wire

/// MAPPED-ADDRESS: the source of a request, in plain bytes for old agents (RFC 8489 section 14.1).
public struct MappedAddress: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .mappedAddress }

    public var address: TransportAddress

    @inlinable
    public init(_ address: TransportAddress) {
        self.address = address
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        self.address = try AddressCodec.decode(value, of: Self.type, mask: AddressCodec.Mask())
    }

    @inlinable
    public var byteCount: Int { AddressCodec.byteCount(address) }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try AddressCodec.encode(address, to: &writer, mask: AddressCodec.Mask())
    }
}
