internal import TURN
internal import Wire

/// The sockets and buffers of a shard, and which of its sockets are relayed transport addresses of which allocation.
struct ShardNetwork: ~Copyable {
    /// The sockets of an allocation's relayed transport addresses, where they have been needed.
    struct Relay: BitwiseCopyable {
        var allocation: AllocationHandle?
        var ipv4: SocketIndex?
        var ipv6: SocketIndex?

        func socket(_ family: IPAddress.Family) -> SocketIndex? { family == .ipv4 ? ipv4 : ipv6 }
    }

    /// The token of the mailbox in the poller; sockets have their index.
    static let mailboxToken = UInt64.max

    var datagrams: DatagramNetwork
    var relaySocketStatistics = RelaySocketStatistics()
    /// By index of the allocation.
    var relays: [Relay] = []

    init() throws(SocketError) {
        datagrams = try DatagramNetwork()
    }
}

extension ShardNetwork: RelayTransport {
    func servesLocally(_ peer: TransportAddress) -> Bool { false }

    func hasLocalPeer(at ip: IPAddress) -> Bool { false }

    mutating func bind(_ allocation: AllocationHandle, relayed: TransportAddress) -> Bool {
        while relays.count <= Int(allocation.index) { relays.append(Relay()) }
        if relays[Int(allocation.index)].allocation != allocation {
            relays[Int(allocation.index)] = Relay(allocation: allocation)
        }
        var options = DatagramSocket.Options()
        options.reportsErrors = true
        options.bufferByteCount = 1 << 20
        do throws(SocketError) {
            let socket = try DatagramSocket(bindingTo: relayed, options: options)
            let index = try datagrams.add(socket, role: .relay(allocation.index), namesSource: false)
            switch relayed.ip.family {
            case .ipv4: relays[Int(allocation.index)].ipv4 = index
            case .ipv6: relays[Int(allocation.index)].ipv6 = index
            }
            relaySocketStatistics.open += 1
            return true
        } catch {
            // The machine answers 508 and counts it.
            return false
        }
    }

    mutating func release(_ allocation: AllocationHandle, relayed: TransportAddress) {
        guard relays.indices.contains(Int(allocation.index)), relays[Int(allocation.index)].allocation == allocation,
            let socket = relays[Int(allocation.index)].socket(relayed.ip.family)
        else { return }
        datagrams.close(socket)
        relaySocketStatistics.open -= 1
        switch relayed.ip.family {
        case .ipv4: relays[Int(allocation.index)].ipv4 = nil
        case .ipv6: relays[Int(allocation.index)].ipv6 = nil
        }
    }
}
