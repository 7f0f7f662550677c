public import Wire

/// The addresses that relays own: an exact list of IP addresses, each with a range of ports.
public struct RelaySources: Sendable, Equatable {
    public struct Entry: Hashable, Sendable {
        public var ip: IPAddress
        public var ports: ClosedRange<UInt16>

        public init(ip: IPAddress, ports: ClosedRange<UInt16>) {
            self.ip = ip.canonical
            self.ports = ports
        }
    }

    public var entries: [Entry]

    public init(_ entries: [Entry]) {
        self.entries = entries
    }

    /// An IPv4-mapped IPv6 address counts as the IPv4 address.
    ///
    /// - Complexity: O(number of entries); a namespace has a handful.
    public func contains(_ address: TransportAddress) -> Bool {
        let ip = address.ip.canonical
        for entry in entries where entry.ip == ip && entry.ports.contains(address.port) { return true }
        return false
    }
}

extension RelaySources.Entry: LosslessStringConvertible {
    /// Parses `10.0.0.1:49152-65535`, `[fd00::1]:49152-65535`, or the same with a single port.
    public init?(_ description: String) {
        guard let colon = description.lastIndex(of: ":") else { return nil }
        let ports = description[description.index(after: colon)...].split(
            separator: "-",
            omittingEmptySubsequences: false
        )
        guard (1...2).contains(ports.count), let first = ports.first,
            // The address parser knows how an address with a port is written.
            let address = TransportAddress("\(description[...colon])\(first)")
        else { return nil }
        var last = address.port
        if ports.count == 2 {
            guard ports[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(ports[1]) else {
                return nil
            }
            last = number
        }
        guard address.port > 0, address.port <= last else { return nil }
        self.init(ip: address.ip, ports: address.port...last)
    }

    public var description: String {
        let first = TransportAddress(ip, port: ports.lowerBound).description
        return ports.count == 1 ? first : "\(first)-\(ports.upperBound)"
    }
}

/// Where checks may come from.
public enum SourcePolicy: Sendable, Equatable {
    /// From relays alone: those of the list, and the relay in this process, which names its allocation.
    case relay(RelaySources)
    /// From everywhere.
    case all

    /// True when a check on this path is looked at.
    public func allows(_ path: Path) -> Bool {
        switch self {
        case .all: true
        case .relay(let sources): path.allocation != nil || sources.contains(path.remote)
        }
    }
}
