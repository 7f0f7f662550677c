public import Wire

/// CHANNEL-NUMBER, which also starts every ChannelData message (RFC 8656 section 18.1).
public struct ChannelNumber: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .channelNumber }

    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// 0x4000...0x4FFF: the numbers that may be bound (RFC 8656 section 12).
    public static var valid: ClosedRange<UInt16> { 0x4000...0x4FFF }

    @inlinable
    public var isValid: Bool { Self.valid.contains(rawValue) }

    @inlinable
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(4, of: value)
        self.rawValue = value.loadUInt16(at: 0)
    }

    @inlinable
    public var byteCount: Int { 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(UInt32(rawValue) << 16)
    }
}
