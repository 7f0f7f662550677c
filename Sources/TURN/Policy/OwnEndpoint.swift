public import Wire

/// An address and ports that this process itself listens on: listeners, the relay range, management.
///
/// No rule can make it a peer. A listener on a wildcard address is given once for each address of the machine.
public struct OwnEndpoint: Hashable, Sendable, BitwiseCopyable {
    public let ip: IPAddress
    public let lowestPort: UInt16
    public let highestPort: UInt16

    public init(_ ip: IPAddress, ports: ClosedRange<UInt16>) {
        self.ip = ip
        self.lowestPort = ports.lowerBound
        self.highestPort = ports.upperBound
    }

    /// Every port of `ip`: for an address that no peer may have at all.
    public init(wholeAddress ip: IPAddress) {
        self.init(ip, ports: 0...UInt16.max)
    }

    @inlinable
    var isWholeAddress: Bool { lowestPort <= 1 && highestPort == .max }
}
