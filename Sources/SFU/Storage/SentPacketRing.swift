import Wire

/// What a subscriber got under one of its sequence numbers, so that the same packet can be made again.
struct SentPacket: Sendable, BitwiseCopyable {
    /// The sequence number on the subscriber's side, extended; negative for an empty slot.
    var sequenceNumber: Int64 = -1
    /// Where the packet lies in the ring of its publication.
    var position: UInt64 = 0
    var timestamp: UInt32 = 0
    /// What the payload descriptor said on the subscriber's side.
    var picture = PictureIdentity()
    /// When it was last sent again.
    var lastRetransmission = MonotonicTime.zero
    var retransmissionCount: UInt8 = 0
}

/// The packets that a subscriber got last, without their bytes: 48 bytes each.
struct SentPacketRing: Sendable {
    private var entries: [SentPacket]

    /// - Parameter capacity: A power of two.
    init(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "the slots of a ring are a power of two")
        entries = Array(repeating: SentPacket(), count: capacity)
    }

    mutating func append(_ packet: SentPacket) {
        entries[Int(truncatingIfNeeded: packet.sequenceNumber) & (entries.count - 1)] = packet
    }

    /// The slot of the packet with the extended number `sequenceNumber`, or nil when there is no such packet.
    func slot(of sequenceNumber: Int64) -> Int? {
        let slot = Int(truncatingIfNeeded: sequenceNumber) & (entries.count - 1)
        return sequenceNumber >= 0 && entries[slot].sequenceNumber == sequenceNumber ? slot : nil
    }

    subscript(slot: Int) -> SentPacket {
        get { entries[slot] }
        set { entries[slot] = newValue }
    }

    /// Forgets everything: what comes next has nothing to do with it.
    mutating func removeAll() {
        for slot in entries.indices { entries[slot].sequenceNumber = -1 }
    }
}
