public import Wire

/// The family byte of addresses on the wire (RFC 8489 section 14.1). Values that nobody has defined are kept, so that a
/// server can say which one it does not support.
public struct AddressFamily: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    @inlinable
    public init(_ family: IPAddress.Family) {
        self.init(rawValue: family == .ipv4 ? 0x01 : 0x02)
    }

    public static let ipv4 = AddressFamily(rawValue: 0x01)
    public static let ipv6 = AddressFamily(rawValue: 0x02)

    /// The family of ``Wire/IPAddress``; nil for an unknown value.
    @inlinable
    public var ip: IPAddress.Family? {
        switch rawValue {
        case 0x01: .ipv4
        case 0x02: .ipv6
        default: nil
        }
    }
}
