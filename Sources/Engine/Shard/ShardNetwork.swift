internal import Glibc
internal import TURN
internal import Wire

/// The sockets and buffers of a shard: what the services on it share to receive and to send.
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

    let poller: Poller
    var sockets = SocketTable()
    var batch = ReceiveBatch()
    var transmit = TransmitQueue()
    var transmitStatistics = TransmitStatistics()
    var relaySocketStatistics = RelaySocketStatistics()
    /// By index of the allocation.
    var relays: [Relay] = []

    init() throws(SocketError) {
        poller = try Poller()
    }

    /// Puts a socket into the table and watches it. The table owns the descriptor from here on.
    mutating func add(_ socket: consuming DatagramSocket, role: SocketRole, namesSource: Bool) throws(SocketError) -> SocketIndex {
        let local = socket.localAddress
        let descriptor = socket.takeDescriptor()
        let index = sockets.insert(SocketSlot(descriptor: descriptor, role: role, local: local, namesSource: namesSource))
        do throws(SocketError) {
            try poller.add(descriptor, token: UInt64(index.value))
        } catch {
            Glibc.close(descriptor)
            sockets.remove(index)
            throw error
        }
        return index
    }

    mutating func close(_ index: SocketIndex) {
        let descriptor = sockets[index].descriptor
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        sockets.remove(index)
    }

    /// Sends what the turn has gathered and frees its buffers.
    mutating func flush() {
        transmit.flush(&sockets, statistics: &transmitStatistics)
        sockets.recycle()
        batch.reset()
    }

    /// Receives from a socket into free slots, as many messages as its last receives suggest.
    mutating func receive(from index: SocketIndex) -> Range<Int> {
        let limit = Int(sockets[index].receiveLimit)
        let slots = batch.receive(from: sockets[index].descriptor, limit: limit)
        // Asking for more than there is costs a look at the empty queue; asking for less costs a turn.
        if slots.count == limit {
            sockets[index].receiveLimit = UInt16(min(limit * 2, ReceiveBatch.capacity / 2))
        } else {
            sockets[index].receiveLimit = UInt16(max(1, slots.count))
        }
        return slots
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
            let index = try add(socket, role: .relay(allocation.index), namesSource: false)
            switch relayed.ip.family {
            case .ipv4: relays[Int(allocation.index)].ipv4 = index
            case .ipv6: relays[Int(allocation.index)].ipv6 = index
            }
            relaySocketStatistics.open += 1
            return true
        } catch {
            relaySocketStatistics.failures &+= 1
            return false
        }
    }

    mutating func release(_ allocation: AllocationHandle, relayed: TransportAddress) {
        guard relays.indices.contains(Int(allocation.index)), relays[Int(allocation.index)].allocation == allocation,
            let socket = relays[Int(allocation.index)].socket(relayed.ip.family)
        else { return }
        close(socket)
        relaySocketStatistics.open -= 1
        switch relayed.ip.family {
        case .ipv4: relays[Int(allocation.index)].ipv4 = nil
        case .ipv6: relays[Int(allocation.index)].ipv6 = nil
        }
    }
}
