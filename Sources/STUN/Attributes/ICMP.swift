public import Wire

/// ICMP: why a datagram to the peer was dropped (RFC 8656 section 18.13).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  Reserved                     |  ICMP Type  |  ICMP Code      |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                          Error Data                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct ICMP: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .icmp }

    /// 0...127.
    public let icmpType: UInt8
    /// 0...511.
    public let code: UInt16
    public let errorData: UInt32

    /// Takes the low 7 bits of the type and the low 9 bits of the code.
    @inlinable
    public init(type icmpType: UInt8, code: UInt16, errorData: UInt32) {
        self.icmpType = icmpType & 0x7F
        self.code = code & 0x1FF
        self.errorData = errorData
    }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(8, of: value)
        let field = value.loadUInt16(at: 2)
        self.icmpType = UInt8(truncatingIfNeeded: field >> 9)
        self.code = field & 0x1FF
        self.errorData = value.loadUInt32(at: 4)
    }

    @inlinable
    public var byteCount: Int { 8 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(UInt32(icmpType) << 9 | UInt32(code))
        try writer.write(errorData)
    }
}
