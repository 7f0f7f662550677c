import RTP
import SFU
import Wire

/// One slot of 2 kB, whose bytes are reset before each packet.
@safe struct TestSlot: ~Copyable {
    static let byteCount = 2048
    private let memory: UnsafeMutableRawPointer

    init() {
        unsafe memory = .allocate(byteCount: Self.byteCount, alignment: 16)
    }

    deinit {
        unsafe memory.deallocate()
    }

    @_lifetime(&self)
    mutating func span(_ count: Int) -> MutableRawSpan {
        let span = unsafe MutableRawSpan(_unsafeStart: memory, byteCount: count)
        return unsafe _overrideLifetime(span, mutating: &self)
    }

    mutating func fill() {
        var span = span(Self.byteCount)
        for offset in stride(from: 0, to: Self.byteCount, by: 8) {
            span.store(0xEEEE_EEEE_EEEE_EEEE as UInt64, at: offset)
        }
    }

    mutating func array() -> [UInt8] {
        let span = span(Self.byteCount)
        return span.bytes.array()
    }
}

/// A sink that keeps what is written.
struct CapturingSink: PacketSink, ~Copyable {
    struct Packet {
        var packet: OutgoingPacket
        var bytes: [UInt8]
    }

    private var memory = TestSlot()
    var packets: [Packet] = []
    /// False for a sink without room.
    var hasRoom = true

    @_lifetime(&self)
    mutating func slot(for packet: OutgoingPacket) -> MutableRawSpan {
        memory.fill()
        return memory.span(hasRoom ? TestSlot.byteCount : 0)
    }

    mutating func commit(_ packet: OutgoingPacket, byteCount: Int) {
        let bytes = memory.array()
        precondition(byteCount <= packet.maximumByteCount, "a packet is not longer than was said")
        precondition(bytes[packet.maximumByteCount...].allSatisfy { $0 == 0xEE }, "nothing is written behind the slot")
        packets.append(Packet(packet: packet, bytes: Array(bytes[0..<byteCount])))
    }

    mutating func drain() -> [Packet] {
        defer { packets.removeAll(keepingCapacity: true) }
        return packets
    }
}

/// A sink that counts and throws away.
struct DiscardingSink: PacketSink, ~Copyable {
    private var memory = TestSlot()
    private(set) var count = 0

    @_lifetime(&self)
    mutating func slot(for packet: OutgoingPacket) -> MutableRawSpan {
        memory.span(TestSlot.byteCount)
    }

    mutating func commit(_ packet: OutgoingPacket, byteCount: Int) {
        count += 1
    }
}
