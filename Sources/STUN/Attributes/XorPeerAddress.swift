public import Wire

/// XOR-PEER-ADDRESS: a peer as the server sees it (RFC 8656 section 18.3).
public struct XorPeerAddress: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .xorPeerAddress }

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
