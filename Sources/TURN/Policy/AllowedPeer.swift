public import Wire

/// A rule that lets peers exist: an address and a range of ports.
///
/// Written `10.0.0.2:20000-20499`, `[fd00::2]:20000-20499`, `10.0.0.2:20000`, or without ports for all of them. A prefix
/// (`10.0.0.0/24:20000-20499`, `[fd00::/64]:20000-20499`) is understood here and refused by ``PeerPolicy`` unless it is
/// told to take wide prefixes.
public struct AllowedPeer: Hashable, Sendable, BitwiseCopyable {
    /// The address, or the first one of the prefix.
    public let ip: IPAddress
    /// 32 or 128 for a single host.
    public let prefixLength: UInt8
    public let lowestPort: UInt16
    public let highestPort: UInt16
    /// The rule named no ports and means 1-65535: worth a warning.
    public let namesNoPorts: Bool

    /// - Precondition: `ports` does not contain 0.
    public init(_ ip: IPAddress, ports: ClosedRange<UInt16>) {
        precondition(ports.lowerBound > 0, "port 0 is no port")
        self.ip = ip
        self.prefixLength = UInt8(truncatingIfNeeded: ip.byteCount * 8)
        self.lowestPort = ports.lowerBound
        self.highestPort = ports.upperBound
        self.namesNoPorts = false
    }

    /// Reads a rule from a configuration value.
    ///
    /// - Parameter key: The configuration key, for the error.
    public init(_ text: String, key: String = "allow_peers") throws(ConfigurationError) {
        func refused(_ expected: String) -> ConfigurationError {
            ConfigurationError(key: key, value: text, expected: expected)
        }
        let form = "an address and ports such as 10.0.0.2:20000-20499 or [fd00::2]:20000-20499"
        let host: Substring
        let portText: Substring?
        if text.hasPrefix("[") {
            guard let end = text.lastIndex(of: "]") else { throw refused("\(form): the bracket is not closed") }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard host.contains(":") else { throw refused("\(form): brackets are for IPv6 addresses") }
            guard rest.isEmpty || rest.hasPrefix(":") else { throw refused(form) }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw refused("\(form): an IPv6 address stands in brackets") }
            host = parts[0]
            portText = parts.count == 2 ? parts[1] : nil
        }

        let hostParts = host.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let ip = IPAddress(String(hostParts[0])) else { throw refused(form) }
        let width = ip.byteCount * 8
        var length = width
        if hostParts.count == 2 {
            guard let number = Self.decimal(hostParts[1], in: 0...UInt16(width)) else {
                throw refused("a prefix length from 0 to \(width)")
            }
            length = Int(number)
            guard Self.mask(ip, length: length) == ip else {
                throw refused("the first address of the prefix, \(Self.mask(ip, length: length))/\(length)")
            }
        }
        guard CanonicalPeer(ip) == .address(ip) else {
            throw refused("an address in its plain form: not IPv4 inside IPv6, Teredo, 6to4 or NAT64")
        }

        self.ip = ip
        self.prefixLength = UInt8(truncatingIfNeeded: length)
        self.namesNoPorts = portText == nil
        guard let portText else {
            self.lowestPort = 1
            self.highestPort = .max
            return
        }
        let ends = portText.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let low = Self.decimal(ends[0], in: 1...UInt16.max),
            let high = ends.count == 1 ? low : Self.decimal(ends[1], in: 1...UInt16.max)
        else { throw refused("ports from 1 to 65535, such as 20000-20499") }
        guard low <= high else { throw refused("the lower port first, \(high)-\(low)") }
        self.lowestPort = low
        self.highestPort = high
    }

    /// True for a rule that names one host.
    public var isExact: Bool { Int(prefixLength) == ip.byteCount * 8 }

    @inlinable
    func contains(_ other: IPAddress) -> Bool {
        guard other.family == ip.family else { return false }
        return AllowedPeer.mask(other, length: Int(prefixLength)) == ip
    }

    @inlinable
    func contains(_ peer: TransportAddress) -> Bool {
        peer.port >= lowestPort && peer.port <= highestPort && contains(peer.ip)
    }

    /// The first address of the prefix of `length` bits that holds `ip`.
    @inlinable
    static func mask(_ ip: IPAddress, length: Int) -> IPAddress {
        switch ip.family {
        case .ipv4:
            // Smart shifts: a shift by the whole width gives zero.
            let mask = UInt32.max << UInt32(32 - min(length, 32))
            return IPAddress(ipv4: UInt32(truncatingIfNeeded: ip.low) & mask)
        case .ipv6:
            let high = UInt64.max << UInt64(64 - min(length, 64))
            let low = UInt64.max << UInt64(128 - max(min(length, 128), 64))
            return IPAddress(ipv6High: ip.high & high, low: ip.low & low)
        }
    }

    private static func decimal(_ text: Substring, in range: ClosedRange<UInt16>) -> UInt16? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt16(text),
            range.contains(value)
        else { return nil }
        return value
    }
}

extension AllowedPeer: CustomStringConvertible {
    /// The form that is read from a configuration.
    public var description: String {
        let prefix = isExact ? "\(ip)" : "\(ip)/\(prefixLength)"
        let host = ip.family == .ipv4 ? prefix : "[\(prefix)]"
        if namesNoPorts { return host }
        return lowestPort == highestPort ? "\(host):\(lowestPort)" : "\(host):\(lowestPort)-\(highestPort)"
    }
}
