public import Wire

/// Something about a person in a form that may be logged: enough to tell events apart, not enough to find somebody.
public struct Redacted: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The network of an address: 24 bits of IPv4, 48 of IPv6.
    public init(_ address: IPAddress) {
        let address = address.canonical
        switch address.family {
        case .ipv4: description = "\(IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low) & 0xFFFF_FF00))/24"
        case .ipv6: description = "\(IPAddress(ipv6High: address.high & 0xFFFF_FFFF_FFFF_0000, low: 0))/48"
        }
    }

    /// The network of the address; the port, which tells clients behind one NAT apart, stays.
    public init(_ address: TransportAddress) {
        description = "\(Redacted(address.ip)) port \(address.port)"
    }

    /// A user name of the form `<expiry>:<namespace>[:<user>]` keeps its first two parts. The user becomes a number that is
    /// the same for the same user until the process ends, and another one in the next process.
    public init(userName: String) {
        let parts = userName.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, !parts[0].isEmpty, parts[0].allSatisfy(\.isNumber) else {
            description = Self.pseudonym(userName[...])
            return
        }
        let user = parts.count == 3 ? ":" + Self.pseudonym(parts[2]) : ""
        description = "\(parts[0]):\(parts[1])\(user)"
    }

    /// `Hasher` is seeded once per process.
    private static func pseudonym(_ text: Substring) -> String {
        "user-" + String(UInt32(truncatingIfNeeded: text.hashValue), radix: 16)
    }
}
