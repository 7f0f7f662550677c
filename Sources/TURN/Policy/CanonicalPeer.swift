public import Wire

/// An address with its disguises taken off, before any rule looks at it.
///
/// An IPv6 address can carry an IPv4 address in several ways. Those that name the same host are unwrapped (IPv4-mapped, RFC
/// 4291 section 2.5.5.2, and IPv4-compatible, section 2.5.5.1); those that a router or a relay translates are refused, for
/// what they reach is decided elsewhere (RFC 8656 section 21.4 and CVE-2026-27624, CVE-2026-73212 of others).
public enum CanonicalPeer: Hashable, Sendable, BitwiseCopyable {
    case address(IPAddress)
    /// Teredo 2001::/32, 6to4 2002::/16, NAT64 64:ff9b::/96 and 64:ff9b:1::/48, IPv4-translated ::ffff:0:0:0/96.
    case translated

    @inlinable
    public init(_ ip: IPAddress) {
        guard ip.family == .ipv6 else {
            self = .address(ip)
            return
        }
        let isTranslated =
            (ip.high >> 32) == 0x2001_0000  // Teredo, RFC 4380
            || (ip.high >> 48) == 0x2002  // 6to4, RFC 3056
            || (ip.high == 0x0064_FF9B_0000_0000 && (ip.low >> 32) == 0)  // NAT64, RFC 6052
            || (ip.high >> 16) == 0x0064_FF9B_0001  // local-use NAT64, RFC 8215
            || (ip.high == 0 && (ip.low >> 32) == 0xFFFF_0000)  // IPv4-translated, RFC 2765
        if isTranslated {
            self = .translated
        } else if ip.high == 0, ip.low > 1, (ip.low >> 32) == 0 {
            // IPv4-compatible; :: and ::1 are addresses of their own.
            self = .address(IPAddress(ipv4: UInt32(truncatingIfNeeded: ip.low)))
        } else {
            self = .address(ip.canonical)
        }
    }
}
