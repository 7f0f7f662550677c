/// The first two bytes of a message: its method with the class between the bits of it (RFC 8489 section 5).
///
/// ```
///  0                 1
///  2  3  4 5 6 7 8 9 0 1 2 3 4 5
/// +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
/// |M |M |M|M|M|C|M|M|M|C|M|M|M|M|
/// |11|10|9|8|7|1|6|5|4|0|3|2|1|0|
/// +--+--+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
public struct MessageType: Hashable, Sendable, BitwiseCopyable {
    public var messageClass: MessageClass
    public var method: Method

    @inlinable
    public init(_ messageClass: MessageClass, _ method: Method) {
        self.messageClass = messageClass
        self.method = method
    }

    /// Takes the low 14 bits of `rawValue`.
    @inlinable
    public init(rawValue: UInt16) {
        let method = rawValue & 0x000F | (rawValue & 0x00E0) >> 1 | (rawValue & 0x3E00) >> 2
        switch rawValue & 0x0110 {
        case 0x0000: self.init(.request, Method(rawValue: method))
        case 0x0010: self.init(.indication, Method(rawValue: method))
        case 0x0100: self.init(.successResponse, Method(rawValue: method))
        default: self.init(.errorResponse, Method(rawValue: method))
        }
    }

    @inlinable
    public var rawValue: UInt16 {
        let m = method.rawValue
        let c = UInt16(messageClass.rawValue)
        return m & 0x000F | (m & 0x0070) << 1 | (m & 0x0F80) << 2 | (c & 1) << 4 | (c & 2) << 7
    }
}
