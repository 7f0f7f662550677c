import TURN
import Wire

/// Relay sockets that always open, and one peer in this process.
struct RelayStub: RelayTransport, ~Copyable {
    static let local = TransportAddress(IPAddress(ipv4: 127, 0, 0, 1), port: 30000)

    func servesLocally(_ peer: TransportAddress) -> Bool { peer == Self.local }
    func hasLocalPeer(at ip: IPAddress) -> Bool { ip == Self.local.ip }
    mutating func bind(_ allocation: AllocationHandle, relayed: TransportAddress) -> Bool { true }
    mutating func release(_ allocation: AllocationHandle, relayed: TransportAddress) {}
}
