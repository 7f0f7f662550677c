internal import Synchronization
public import Wire

extension Server {
    /// When ``advance(to:relay:)`` wants to be called; nil when there is nothing to wait for.
    public var nextDeadline: MonotonicTime? { deadlines.nextDeadline }

    /// Entries that wait: a few for each allocation at most.
    var deadlineCount: Int { deadlines.count }

    /// Ends what is over at `now`: allocations, permissions, channels, reservations.
    ///
    /// - Complexity: O(what is due), with a logarithm for the queue.
    public mutating func advance<R: RelayTransport & ~Copyable>(to now: Timestamp, relay: inout R) {
        let now = now.monotonic
        while let deadline = deadlines.popFirst(dueAt: now) {
            switch deadline {
            case .reservation(let token):
                shared.tables.withLock { $0.expireReservation(token, at: now) }
            case .allocation(let handle):
                // An earlier entry, or a later deadline, may have made this one void.
                guard let index = allocations.index(of: handle), allocations.slots[index].wake <= now else { continue }
                wake(index, now, &relay)
            }
        }
    }

    private mutating func wake<R: RelayTransport & ~Copyable>(_ index: Int, _ now: MonotonicTime, _ relay: inout R) {
        guard allocations.slots[index].isAlive(at: now) else {
            end(index, &relay)
            counters.allocationsExpired &+= 1
            return
        }
        for family in [IPAddress.Family.ipv4, .ipv6] where !allocations.slots[index][family].isAlive(at: now) {
            endRelay(index, family, &relay)
        }
        allocations.permissions.removeAll(from: &allocations.slots[index].permissions) { $0.expiry <= now }
        allocations.channels.removeAll(from: &allocations.slots[index].channels) { $0.expiry <= now }
        var next = MonotonicTime.distantFuture
        for relay in [allocations.slots[index].ipv4, allocations.slots[index].ipv6] where relay.port != 0 {
            next = min(next, relay.expiry)
        }
        allocations.permissions.forEach(in: allocations.slots[index].permissions) { next = min(next, $0.expiry) }
        allocations.channels.forEach(in: allocations.slots[index].channels) { next = min(next, $0.expiry) }
        allocations.slots[index].wake = .distantFuture
        schedule(index, at: next)
    }

    /// Sees to it that an allocation is looked at when `deadline` has come. A later deadline than the one that is in the
    /// queue costs nothing: it is looked for when that one comes.
    mutating func schedule(_ index: Int, at deadline: MonotonicTime) {
        guard deadline < allocations.slots[index].wake else { return }
        allocations.slots[index].wake = deadline
        deadlines.insert(.allocation(allocations.handle(at: index)), at: deadline)
    }

    /// Ends an allocation with all that belongs to it.
    mutating func end<R: RelayTransport & ~Copyable>(_ index: Int, _ relay: inout R) {
        endRelay(index, .ipv4, &relay)
        endRelay(index, .ipv6, &relay)
        if let owner = allocations.accounts[index]?.owner {
            shared.tables.withLock { $0.end(owner) }
        }
        allocations.remove(index)
    }

    /// Ends one relayed transport address with the permissions and channels of its family: first the socket, then the port
    /// is free for others.
    mutating func endRelay<R: RelayTransport & ~Copyable>(
        _ index: Int,
        _ family: IPAddress.Family,
        _ relay: inout R
    ) {
        guard let relayed = relayedAddress(at: index, family) else { return }
        relay.release(allocations.handle(at: index), relayed: relayed)
        shared.tables.withLock { $0.release(relayed.port, family) }
        allocations.slots[index][family] = Relay()
        allocations.permissions.removeAll(from: &allocations.slots[index].permissions) { $0.ip.family == family }
        allocations.channels.removeAll(from: &allocations.slots[index].channels) { $0.peer.ip.family == family }
    }

    /// The client's connection is closed: its allocation ends at once.
    public mutating func clientClosed<R: RelayTransport & ~Copyable>(_ fiveTuple: FiveTuple, relay: inout R) {
        guard let index = allocations.index(over: fiveTuple) else { return }
        end(index, &relay)
        counters.allocationsClosed &+= 1
    }
}
