public import Wire

/// What the policy says about a peer.
public enum PeerVerdict: Hashable, Sendable, BitwiseCopyable {
    case allowed
    /// No rule names it.
    case notNamed
    /// In the set that no rule can open.
    case denied
}

/// Which peers exist: none but those that are named. One function for every path by which a peer can be reached
/// (CreatePermission, ChannelBind, Send, ChannelData, and datagrams from peers).
///
/// The order of judgement: take off disguises (``CanonicalPeer``), then the set that no rule can open (0.0.0.0/8, ::,
/// loopback, multicast, broadcast, link-local, our own listeners and relay ports, port 0), then the rules, then no.
/// Candidates of an SFU in this process are not part of the policy: whoever holds them asks there first.
public struct PeerPolicy: Sendable {
    @usableFromInline
    let rules: [AllowedPeer]
    @usableFromInline
    let ownEndpoints: [OwnEndpoint]
    /// Development: loopback peers exist when a rule names them exactly.
    @usableFromInline
    let opensNamedLoopback: Bool

    /// - Parameters:
    ///   - rules: The peers that exist.
    ///   - ownEndpoints: What this process listens on.
    ///   - hasLocalPeers: An SFU in this process registers candidates: they make an empty list of rules sensible.
    ///   - allowsWidePrefixes: Accept rules that name more than one host.
    ///   - isDevelopment: Accept loopback addresses that a rule names exactly.
    /// - Throws: When there is nothing to allow, when a rule is too wide, or when it opens what may never be open.
    public init(
        rules: [AllowedPeer],
        ownEndpoints: [OwnEndpoint] = [],
        hasLocalPeers: Bool = false,
        allowsWidePrefixes: Bool = false,
        isDevelopment: Bool = false
    ) throws(ConfigurationError) {
        let key = "allow_peers"
        guard hasLocalPeers || !rules.isEmpty else {
            throw ConfigurationError(
                key: key,
                value: "",
                expected: "at least one media server such as 10.0.0.2:20000-20499: without peers nothing can be relayed"
            )
        }
        self.rules = rules
        self.ownEndpoints = ownEndpoints
        self.opensNamedLoopback = isDevelopment
        for rule in rules {
            guard rule.isExact || allowsWidePrefixes else {
                throw ConfigurationError(
                    key: key,
                    value: "\(rule)",
                    expected: "one host, or allow_wide_prefixes to open a whole prefix"
                )
            }
            if let reason = overlapWithDenied(rule) {
                throw ConfigurationError(key: key, value: "\(rule)", expected: "a peer that is not \(reason)")
            }
        }
    }

    /// No peer at all: where only candidates of this process are peers.
    public static let nothing = PeerPolicy()

    private init() {
        rules = []
        ownEndpoints = []
        opensNamedLoopback = false
    }

    /// Rules that are accepted and worth a second look.
    public var warnings: [ConfigurationError] {
        rules.filter(\.namesNoPorts).map {
            ConfigurationError(
                key: "allow_peers",
                value: "\($0)",
                expected: "the media ports too, such as \($0):20000-20499: without them every port of the host is open"
            )
        }
    }

    /// Judges an address and a port.
    @inlinable
    public func judge(_ peer: TransportAddress) -> PeerVerdict {
        guard case .address(let ip) = CanonicalPeer(peer.ip), peer.port != 0 else { return .denied }
        for index in ownEndpoints.indices {
            let own = ownEndpoints[index]
            if own.ip == ip, peer.port >= own.lowestPort, peer.port <= own.highestPort { return .denied }
        }
        let isNamed = isNamed(TransportAddress(ip, port: peer.port))
        if PeerPolicy.isNeverAPeer(ip), !(opensNamedLoopback && ip.isLoopback && isNamed) { return .denied }
        return isNamed ? .allowed : .notNamed
    }

    /// Judges an address where the message has no port: CreatePermission (RFC 8656 section 10.2).
    @inlinable
    public func judge(_ peer: IPAddress) -> PeerVerdict {
        guard case .address(let ip) = CanonicalPeer(peer) else { return .denied }
        for index in ownEndpoints.indices where ownEndpoints[index].isWholeAddress && ownEndpoints[index].ip == ip {
            return .denied
        }
        var isNamed = false
        for index in rules.indices where rules[index].contains(ip) { isNamed = true }
        if PeerPolicy.isNeverAPeer(ip), !(opensNamedLoopback && ip.isLoopback && isNamed) { return .denied }
        return isNamed ? .allowed : .notNamed
    }

    @inlinable
    func isNamed(_ peer: TransportAddress) -> Bool {
        for index in rules.indices where rules[index].contains(peer) { return true }
        return false
    }

    /// The addresses that no rule can open, in their canonical form. Private ranges are not here: the SFU is there.
    @inlinable
    static func isNeverAPeer(_ ip: IPAddress) -> Bool {
        if ip.isLoopback || ip.isMulticast || ip.isLinkLocal { return true }
        switch ip.family {
        case .ipv4: return (ip.low >> 24) == 0 || ip.low == 0xFFFF_FFFF
        case .ipv6: return ip.isUnspecified
        }
    }

    /// A word for what a rule opens that may never be open.
    private func overlapWithDenied(_ rule: AllowedPeer) -> String? {
        if !(opensNamedLoopback && rule.isExact && rule.ip.isLoopback) {
            for denied in PeerPolicy.neverPeers where rule.contains(denied.ip) || denied.contains(rule.ip) {
                return denied.name
            }
        }
        for own in ownEndpoints
        where rule.contains(own.ip) && rule.lowestPort <= own.highestPort && own.lowestPort <= rule.highestPort {
            return "our own address \(own.ip) with ports \(own.lowestPort)-\(own.highestPort)"
        }
        return nil
    }

    private struct DeniedPrefix {
        var ip: IPAddress
        var length: Int
        var name: String

        func contains(_ other: IPAddress) -> Bool {
            other.family == ip.family && AllowedPeer.mask(other, length: length) == ip
        }
    }

    private static let neverPeers = [
        DeniedPrefix(ip: IPAddress(ipv4: 0, 0, 0, 0), length: 8, name: "in 0.0.0.0/8"),
        DeniedPrefix(ip: IPAddress(ipv4: 127, 0, 0, 0), length: 8, name: "a loopback address"),
        DeniedPrefix(ip: IPAddress(ipv4: 169, 254, 0, 0), length: 16, name: "a link-local address"),
        DeniedPrefix(ip: IPAddress(ipv4: 224, 0, 0, 0), length: 4, name: "a multicast address"),
        DeniedPrefix(ip: IPAddress(ipv4: .max), length: 32, name: "the broadcast address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0, low: 0), length: 128, name: "the unspecified address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0, low: 1), length: 128, name: "a loopback address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0xFE80 << 48, low: 0), length: 10, name: "a link-local address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0xFF00 << 48, low: 0), length: 8, name: "a multicast address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0x2001_0000 << 32, low: 0), length: 32, name: "a Teredo address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0x2002 << 48, low: 0), length: 16, name: "a 6to4 address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0x0064_FF9B << 32, low: 0), length: 96, name: "a NAT64 address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0x0064_FF9B_0001 << 16, low: 0), length: 48, name: "a NAT64 address"),
        DeniedPrefix(ip: IPAddress(ipv6High: 0, low: 0), length: 96, name: "IPv4 inside IPv6"),
    ]
}
