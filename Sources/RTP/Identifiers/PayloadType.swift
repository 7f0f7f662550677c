/// What an RTP payload is: 7 bits whose meaning the session description gives (RFC 3550 section 5.1).
public struct PayloadType: Hashable, Sendable, BitwiseCopyable {
    /// 0 ... 127.
    public let rawValue: UInt8

    /// Keeps the low 7 bits, which is all that a packet has room for.
    @inlinable
    public init(_ rawValue: UInt8) {
        self.rawValue = rawValue & 0x7F
    }
}

extension PayloadType: CustomStringConvertible {
    public var description: String { String(rawValue) }
}
