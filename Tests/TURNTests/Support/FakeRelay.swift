import TURN
import Wire

/// Relay sockets that exist in a list only.
struct FakeRelay: RelayTransport, ~Copyable {
    var local: Set<TransportAddress> = []
    var refusesToBind = false
    var bound: [AllocationHandle: [TransportAddress]] = [:]
    var released: [TransportAddress] = []
    var bindCount = 0

    func servesLocally(_ peer: TransportAddress) -> Bool { local.contains(peer) }

    func hasLocalPeer(at ip: IPAddress) -> Bool { local.contains { $0.ip == ip } }

    mutating func bind(_ allocation: AllocationHandle, relayed: TransportAddress) -> Bool {
        bindCount += 1
        guard !refusesToBind else { return false }
        bound[allocation, default: []].append(relayed)
        return true
    }

    mutating func release(_ allocation: AllocationHandle, relayed: TransportAddress) {
        bound[allocation]?.removeAll { $0 == relayed }
        if bound[allocation]?.isEmpty == true { bound[allocation] = nil }
        released.append(relayed)
    }
}
