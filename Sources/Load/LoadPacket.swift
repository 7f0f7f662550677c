internal import Wire

/// The first twelve bytes of a load packet: which allocation, which number, and when it left.
///
/// Short, because a Send indication's header and these bytes together fit the header room of a transmit queue.
struct LoadPacket {
    static let byteCount = 12

    var allocation: UInt16
    var sequenceNumber: UInt32
    /// Microseconds of the sender's clock, 48 bits.
    var microseconds: UInt64

    init(allocation: Int, sequenceNumber: UInt32, at now: MonotonicTime) {
        self.allocation = UInt16(truncatingIfNeeded: allocation)
        self.sequenceNumber = sequenceNumber
        self.microseconds = now.nanoseconds / 1000
    }

    init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= Self.byteCount else { return nil }
        allocation = bytes.loadUInt16(at: 0)
        sequenceNumber = bytes.loadUInt32(at: 2)
        microseconds = bytes.loadUInt48(at: 6)
    }

    func write(to memory: inout MutableRawSpan, at offset: Int) {
        memory.store(allocation, at: offset)
        memory.store(sequenceNumber, at: offset + 2)
        memory.store(UInt16(truncatingIfNeeded: microseconds >> 32), at: offset + 6)
        memory.store(UInt32(truncatingIfNeeded: microseconds), at: offset + 8)
    }

    /// How long the packet was on its way, in nanoseconds; clocks of one machine.
    func age(at now: MonotonicTime) -> UInt64 {
        let difference = (now.nanoseconds / 1000 &- microseconds) & 0xFFFF_FFFF_FFFF
        return difference > 0x7FFF_FFFF_FFFF ? 0 : difference * 1000
    }
}
