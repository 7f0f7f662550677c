public import Client
public import Wire

/// What a load on a TURN server looks like.
public struct TURNLoadConfiguration: Sendable {
    public enum Direction: String, Sendable, CaseIterable {
        /// From clients to peers.
        case up
        /// From peers to clients.
        case down
        case both
    }

    public enum Encapsulation: String, Sendable, CaseIterable {
        /// ChannelData.
        case channel
        /// Send and Data indications.
        case indication
    }

    public var server: TransportAddress
    public var client: TURNClientConfiguration
    /// Where the peer of all allocations binds; port 0 is any.
    public var peer: TransportAddress
    public var allocations = 1
    public var direction = Direction.up
    public var encapsulation = Encapsulation.channel
    /// Packets per second over all allocations and directions; 0 is as many as go.
    public var packetsPerSecond = 0
    /// Bytes of a datagram's application data, 12 to 1472.
    public var payloadByteCount = 1200
    /// Packets that one allocation sends in a row.
    public var burst = 1
    /// Whether bursts may leave as one GSO message. Off, the server sees datagrams as they come from a network.
    public var usesTrains = false
    public var warmUp = TimeInterval.seconds(1)
    public var duration = TimeInterval.seconds(10)
    /// The server's process: its CPU time and memory are reported.
    public var process: Int32?

    public init(server: TransportAddress, client: TURNClientConfiguration, peer: TransportAddress) {
        self.server = server
        self.client = client
        self.peer = peer
    }
}
