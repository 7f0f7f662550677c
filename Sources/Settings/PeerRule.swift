public import Wire

/// Peers that clients may reach through the relay: an address, or with `--allow-wide-prefix` a prefix, and UDP ports.
public struct PeerRule: Hashable, Sendable {
    /// The rule as it was written.
    public let text: String
    /// The address, or the first address of the prefix.
    public let address: IPAddress
    /// 32 or 128 for a single address.
    public let prefixLength: UInt8
    public let ports: ClosedRange<UInt16>
    /// False when the rule names no ports and so allows all of them.
    public let namesPorts: Bool

    /// Whether the rule is for more than one address.
    public var isWide: Bool { Int(prefixLength) < address.byteCount * 8 }

    /// Parses `10.0.0.2`, `10.0.0.2:20000-20499`, `10.0.0.0/24:5000`, `fd00::2`, `[fd00::2]:20000-20499`,
    /// `[fd00::/64]:5000`. Nil for anything else, and for a prefix with bits set behind its length.
    public init?(_ text: String) {
        let host: Substring
        var portText: Substring?
        if text.hasPrefix("[") {
            guard let end = text.lastIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard host.contains(":"), rest.isEmpty || rest.hasPrefix(":") else { return nil }
            portText = rest.isEmpty ? nil : rest.dropFirst()
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            host = parts.count == 2 ? parts[0] : text[...]
            portText = parts.count == 2 ? parts[1] : nil
        }
        let halves = host.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), let address = IPAddress(String(halves[0])) else { return nil }
        let width = UInt8(address.byteCount * 8)
        var length = width
        if halves.count == 2 {
            guard let given = UInt8(halves[1]), given <= width, Self.isNetwork(address, length: given) else {
                return nil
            }
            length = given
        }
        var ports: ClosedRange<UInt16> = 1...65_535
        if let portText {
            guard let range = PortRange.parse(portText) else { return nil }
            ports = range
        }
        self.text = text
        self.address = address
        self.prefixLength = length
        self.ports = ports
        self.namesPorts = portText != nil
    }

    /// Whether no bit behind the prefix is set; shifts by the full width give zero.
    private static func isNetwork(_ address: IPAddress, length: UInt8) -> Bool {
        switch address.family {
        case .ipv4: UInt32(truncatingIfNeeded: address.low) << length == 0
        case .ipv6: length < 64 ? address.high << length == 0 && address.low == 0 : address.low << (length - 64) == 0
        }
    }
}
