/// What a message is in its transaction (RFC 8489 section 5).
public enum MessageClass: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case request = 0b00
    case indication = 0b01
    case successResponse = 0b10
    case errorResponse = 0b11

    @inlinable
    public var isResponse: Bool { rawValue & 0b10 != 0 }
}
