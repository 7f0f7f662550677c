public import Wire

/// A candidate of ours as it goes into descriptions: a lite agent has host candidates only (RFC 8445 section 5.2).
public struct HostCandidate: Hashable, Sendable {
    public var address: TransportAddress
    /// Equal for candidates on the same IP address, as RFC 8445 section 5.1.1.3 asks.
    public var foundation: String
    /// RFC 8445 section 5.1.2.1, for component 1.
    public var priority: UInt32

    /// Candidates in order of preference; IPv6 and IPv4 are ranked as they come.
    public static func list(_ addresses: [TransportAddress]) -> [HostCandidate] {
        var foundations: [IPAddress: Int] = [:]
        var candidates: [HostCandidate] = []
        for (index, address) in addresses.enumerated() {
            let number = foundations[address.ip] ?? foundations.count + 1
            foundations[address.ip] = number
            let preference = UInt32(truncatingIfNeeded: max(0, 65535 - index))
            candidates.append(
                HostCandidate(address: address, foundation: String(number), priority: 126 << 24 | preference << 8 | 255)
            )
        }
        return candidates
    }
}
