/// An IP address and a port: where a datagram comes from or goes to. The protocol is known from where it is used.
public struct TransportAddress: Hashable, Sendable, BitwiseCopyable {
    public var ip: IPAddress
    public var port: UInt16

    @inlinable
    public init(_ ip: IPAddress, port: UInt16) {
        self.ip = ip
        self.port = port
    }
}

extension TransportAddress: LosslessStringConvertible {
    /// Parses `192.0.2.1:3478` or `[2001:db8::1]:3478`.
    public init?(_ description: String) {
        let host: Substring
        let portText: Substring
        if description.hasPrefix("[") {
            guard let end = description.lastIndex(of: "]") else { return nil }
            let rest = description[description.index(after: end)...]
            guard rest.hasPrefix(":") else { return nil }
            host = description[description.index(after: description.startIndex)..<end]
            portText = rest.dropFirst()
            guard host.contains(":") else { return nil }
        } else {
            let parts = description.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            host = parts[0]
            portText = parts[1]
        }
        guard let ip = IPAddress(String(host)), portText.allSatisfy(\.isASCII), portText.first?.isNumber == true,
            let port = UInt16(portText)
        else { return nil }
        self.init(ip, port: port)
    }

    /// The form that ``init(_:)`` reads.
    public var description: String {
        ip.family == .ipv4 ? "\(ip):\(port)" : "[\(ip)]:\(port)"
    }
}
