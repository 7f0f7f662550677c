import Wire

/// The last packets of a publication, for retransmissions and for key frames whose first packet comes late.
///
/// One ring serves all subscribers: what differs between them is kept in a ``SentPacketRing`` each. Slots are plain memory,
/// taken at once when the publication starts; pages that are never touched cost nothing.
@safe struct PacketRing: ~Copyable {
    /// What lies in a slot.
    struct Entry: Sendable, BitwiseCopyable {
        /// The number of the packet among all that the ring ever held; 0 is an empty slot.
        var position: UInt64 = 0
        var sequenceNumber: Int64 = 0
        var length: UInt16 = 0
        var encoding: UInt8 = 0
    }

    let slotByteCount: Int
    private let memory: UnsafeMutableRawPointer
    private var entries: [Entry]
    private var next: UInt64 = 1

    /// - Parameter slotCount: A power of two.
    init(slotCount: Int, slotByteCount: Int) {
        precondition(slotCount > 0 && slotCount & (slotCount - 1) == 0, "the slots of a ring are a power of two")
        self.slotByteCount = slotByteCount
        unsafe memory = .allocate(byteCount: slotCount * slotByteCount, alignment: 64)
        entries = Array(repeating: Entry(), count: slotCount)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// Takes a packet in pieces: a header of ``RTPHeader`` form and a payload, which are put together.
    ///
    /// - Returns: The position of the packet, or 0 when it is longer than a slot.
    mutating func store(
        header: RawSpan,
        payload: RawSpan,
        sequenceNumber: Int64,
        encoding: Int
    ) -> UInt64 {
        let length = header.byteCount + payload.byteCount
        guard length <= slotByteCount else { return 0 }
        let position = next
        next += 1
        let slot = Int(truncatingIfNeeded: position) & (entries.count - 1)
        entries[slot] = Entry(
            position: position,
            sequenceNumber: sequenceNumber,
            length: UInt16(truncatingIfNeeded: length),
            encoding: UInt8(truncatingIfNeeded: encoding)
        )
        var bytes = unsafe MutableRawSpan(_unsafeStart: memory + slot * slotByteCount, byteCount: slotByteCount)
        bytes.copy(header, to: 0)
        bytes.copy(payload, to: header.byteCount)
        return position
    }

    /// What is known of the packet at `position`, or nil when others have taken its slot.
    func entry(at position: UInt64) -> Entry? {
        let entry = entries[Int(truncatingIfNeeded: position) & (entries.count - 1)]
        guard position != 0, entry.position == position else { return nil }
        return entry
    }

    /// The bytes of the packet that `entry` describes.
    @_lifetime(borrow self)
    func bytes(of entry: Entry) -> RawSpan {
        let slot = Int(truncatingIfNeeded: entry.position) & (entries.count - 1)
        let length = min(Int(entry.length), slotByteCount)
        let bytes = unsafe RawSpan(_unsafeStart: memory + slot * slotByteCount, byteCount: length)
        return unsafe _overrideLifetime(bytes, borrowing: self)
    }

    /// Changes fields of the packet that was stored last, at `position`.
    mutating func patchHeader(at position: UInt64, payloadType: UInt8, sequenceNumber: UInt16, ssrc: UInt32) {
        guard let entry = entry(at: position), entry.length >= 12 else { return }
        let slot = Int(truncatingIfNeeded: position) & (entries.count - 1)
        var bytes = unsafe MutableRawSpan(_unsafeStart: memory + slot * slotByteCount, byteCount: 12)
        // Padding is left behind, so its bit goes, too.
        bytes.store(bytes.bytes.loadUInt8(at: 0) & ~0x20, at: 0)
        bytes.store(bytes.bytes.loadUInt8(at: 1) & 0x80 | payloadType & 0x7F, at: 1)
        bytes.store(sequenceNumber, at: 2)
        bytes.store(ssrc, at: 8)
    }
}
