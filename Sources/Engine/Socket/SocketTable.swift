package import Wire

/// What a socket of a shard is for.
package enum SocketRole: BitwiseCopyable {
    /// Clients send here.
    case listener
    /// The relayed transport address of an allocation, by the allocation's index.
    case relay(UInt32)
}

/// A socket's place in the table of a shard.
package struct SocketIndex: Hashable, BitwiseCopyable {
    package let value: UInt32

    package init(value: UInt32) {
        self.value = value
    }
}

/// One socket of a shard with what the loop needs to know of it in every turn.
package struct SocketSlot: BitwiseCopyable {
    package var descriptor: CInt
    package var role: SocketRole
    package var local: TransportAddress
    /// True where an answer must name the local address to leave from.
    var namesSource: Bool
    /// How many messages the last receive was right to ask for.
    var receiveLimit: UInt16 = 1
    /// The largest segment that a GSO train on this socket may have; shrinks when the kernel refuses one, zero is off.
    var segmentLimit: Int32 = 65507
    /// Chain of trains to send in this turn; -1 is the end.
    var firstTrain: Int32 = -1
    var lastTrain: Int32 = -1
}

/// The sockets of a shard by index: indices are handed out densely and used again after a socket has closed.
package struct SocketTable: ~Copyable {
    package private(set) var slots: [SocketSlot] = []
    private var free: [UInt32] = []
    /// Closed in this turn: trains may still name them, so their places are given back when the turn ends.
    private var closed: [UInt32] = []

    package subscript(index: SocketIndex) -> SocketSlot {
        get { slots[Int(index.value)] }
        _modify { yield &slots[Int(index.value)] }
    }

    package mutating func insert(_ slot: SocketSlot) -> SocketIndex {
        if let index = free.popLast() {
            slots[Int(index)] = slot
            return SocketIndex(value: index)
        }
        slots.append(slot)
        return SocketIndex(value: UInt32(slots.count - 1))
    }

    /// Forgets the socket, whose descriptor is the caller's to close. Its place is free after ``recycle()``.
    package mutating func remove(_ index: SocketIndex) {
        slots[Int(index.value)].descriptor = -1
        closed.append(index.value)
    }

    /// Gives back the places of sockets that closed in this turn. Nothing may name them any more.
    package mutating func recycle() {
        guard !closed.isEmpty else { return }
        free.append(contentsOf: closed)
        closed.removeAll(keepingCapacity: true)
    }
}
