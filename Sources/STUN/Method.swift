/// What a message asks for: 12 bits.
public struct Method: Hashable, Sendable, BitwiseCopyable {
    /// 0...0xFFF.
    public let rawValue: UInt16

    /// Takes the low 12 bits of `rawValue`.
    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue & 0xFFF
    }

    /// RFC 8489 section 18.2.
    public static let binding = Method(rawValue: 0x001)
    // RFC 8656 section 17.
    public static let allocate = Method(rawValue: 0x003)
    public static let refresh = Method(rawValue: 0x004)
    public static let send = Method(rawValue: 0x006)
    public static let data = Method(rawValue: 0x007)
    public static let createPermission = Method(rawValue: 0x008)
    public static let channelBind = Method(rawValue: 0x009)
    // RFC 6062 section 6.1.
    public static let connect = Method(rawValue: 0x00A)
    public static let connectionBind = Method(rawValue: 0x00B)
    public static let connectionAttempt = Method(rawValue: 0x00C)
}
