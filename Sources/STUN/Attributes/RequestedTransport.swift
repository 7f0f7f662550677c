public import Wire

/// REQUESTED-TRANSPORT: the protocol between server and peer, an IPv4 protocol number (RFC 8656 section 18.8).
public struct RequestedTransport: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .requestedTransport }

    public var protocolNumber: UInt8

    @inlinable
    public init(protocolNumber: UInt8) {
        self.protocolNumber = protocolNumber
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(4, of: value)
        self.protocolNumber = value.loadUInt8(at: 0)
    }

    @inlinable
    public var byteCount: Int { 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(UInt32(protocolNumber) << 24)
    }
}
