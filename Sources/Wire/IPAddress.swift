/// An IPv4 or IPv6 address, without a port and without a scope.
///
/// Two machine words and a family: copied in registers, compared and hashed without a loop. An IPv4-mapped IPv6 address is
/// *not* equal to the IPv4 address; see ``canonical`` for the judgement of a policy.
public struct IPAddress: Hashable, Sendable, BitwiseCopyable {
    public enum Family: UInt8, Sendable, BitwiseCopyable {
        case ipv4 = 4
        case ipv6 = 6
    }

    public let family: Family
    /// IPv6: the first eight bytes as a big-endian number. IPv4: zero.
    public let high: UInt64
    /// IPv6: the last eight bytes as a big-endian number. IPv4: the address in the low 32 bits.
    public let low: UInt64

    @inlinable
    public init(ipv4: UInt32) {
        self.family = .ipv4
        self.high = 0
        self.low = UInt64(ipv4)
    }

    @inlinable
    public init(ipv4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        self.init(ipv4: UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d))
    }

    @inlinable
    public init(ipv6High high: UInt64, low: UInt64) {
        self.family = .ipv6
        self.high = high
        self.low = low
    }

    /// 0.0.0.0 or ::
    @inlinable
    public static func any(_ family: Family) -> IPAddress {
        family == .ipv4 ? IPAddress(ipv4: 0) : IPAddress(ipv6High: 0, low: 0)
    }

    /// The IPv4 address as a big-endian number; nil for IPv6.
    @inlinable
    public var ipv4Value: UInt32? {
        family == .ipv4 ? UInt32(truncatingIfNeeded: low) : nil
    }

    /// The number of bytes on the wire: 4 or 16.
    @inlinable
    public var byteCount: Int { family == .ipv4 ? 4 : 16 }

    @inlinable
    public var isUnspecified: Bool { high == 0 && low == 0 }

    /// 127.0.0.0/8 or ::1.
    @inlinable
    public var isLoopback: Bool {
        family == .ipv4 ? (low >> 24) == 127 : high == 0 && low == 1
    }

    /// 224.0.0.0/4 or ff00::/8.
    @inlinable
    public var isMulticast: Bool {
        family == .ipv4 ? (low >> 28) == 0xE : (high >> 56) == 0xFF
    }

    /// 169.254.0.0/16 or fe80::/10.
    @inlinable
    public var isLinkLocal: Bool {
        family == .ipv4 ? (low >> 16) == 0xA9FE : (high >> 54) == 0xFE80 >> 6
    }

    /// 10/8, 172.16/12, 192.168/16, 100.64/10 (RFC 6598) or fc00::/7 (RFC 4193).
    @inlinable
    public var isPrivate: Bool {
        switch family {
        case .ipv4:
            (low >> 24) == 10 || (low >> 20) == 0xAC1 || (low >> 16) == 0xC0A8 || (low >> 22) == (100 << 2 | 1)
        case .ipv6:
            (high >> 57) == 0xFC >> 1
        }
    }

    /// The IPv4 address inside ::ffff:0:0/96 (RFC 4291 section 2.5.5.2), or the address itself.
    @inlinable
    public var canonical: IPAddress {
        family == .ipv6 && high == 0 && (low >> 32) == 0xFFFF ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low)) : self
    }
}
