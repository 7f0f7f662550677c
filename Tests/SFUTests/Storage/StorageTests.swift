import RTP
import Testing
import Wire

@testable import SFU

@Suite("Tables of the packet path")
struct StorageTests {
    @Test func `bindings of SSRCs come and go like those of a dictionary`() {
        var table = SSRCTable(capacity: 64)
        var model: [UInt32: SSRCBinding] = [:]
        var random = SeededGenerator(5)
        for _ in 0..<20_000 {
            // Few enough that they collide and are found again.
            let ssrc = UInt32.random(in: 0..<90, using: &random) &* 0x0100_0000
            if Bool.random(using: &random), model.count < table.capacity {
                let binding = SSRCBinding(
                    index: Int.random(in: 0..<1000, using: &random),
                    isRetransmission: Bool.random(using: &random)
                )
                let isBound = table.bind(SSRC(ssrc), to: binding)
                #expect(isBound)
                model[ssrc] = binding
            } else {
                table.remove(SSRC(ssrc))
                model[ssrc] = nil
            }
            #expect(table.count == model.count)
        }
        for index in 0..<UInt32(90) {
            #expect(table[SSRC(index &* 0x0100_0000)] == model[index &* 0x0100_0000])
        }
    }

    @Test func `a full table refuses and a larger one takes over`() {
        var table = SSRCTable(capacity: 8)
        for index in 0..<table.capacity {
            let isBound = table.bind(SSRC(UInt32(index)), to: SSRCBinding(index: index, isRetransmission: false))
            #expect(isBound)
        }
        let refused = table.bind(SSRC(999), to: SSRCBinding(index: 1, isRetransmission: true))
        #expect(!refused)
        table.reserve(100)
        let taken = table.bind(SSRC(999), to: SSRCBinding(index: 1, isRetransmission: true))
        #expect(taken)
        for index in 0..<8 { #expect(table[SSRC(UInt32(index))]?.index == index) }
        #expect(table[SSRC(999)] == SSRCBinding(index: 1, isRetransmission: true))
    }

    @Test func `a handle of a former tenant finds nobody`() {
        var pool = Pool<Room>(minimumCapacity: 1)
        let first = pool.insert(Room(id: 1, maximumParticipantCount: 1))
        let handle = pool.handle(at: first)
        let second = pool.insert(Room(id: 2, maximumParticipantCount: 1))
        _ = pool.remove(at: first)
        let third = pool.insert(Room(id: 3, maximumParticipantCount: 1))
        #expect(third == first)
        let stale = pool.index(of: handle)
        #expect(stale == nil)
        let ids = [pool[second].id, pool[third].id]
        #expect(ids == [2, 3])
        let fresh = pool.index(of: pool.handle(at: third))
        #expect(fresh == third)
    }

    @Test func `the ring keeps the last packets and knows which are gone`() {
        var ring = PacketRing(slotCount: 4, slotByteCount: 32)
        var positions: [UInt64] = []
        for index in 0..<6 {
            let header = [UInt8](repeating: UInt8(index), count: 12)
            positions.append(
                ring.store(
                    header: header.rawSpan,
                    payload: [UInt8(100 + index)].rawSpan,
                    sequenceNumber: Int64(index),
                    encoding: 0
                )
            )
        }
        let gone = positions.prefix(2).map { ring.entry(at: $0) == nil }
        #expect(gone == [true, true])
        for index in 2..<6 {
            guard let entry = ring.entry(at: positions[index]) else {
                Issue.record("packet \(index) is gone")
                continue
            }
            let bytes = ring.bytes(of: entry).array()
            #expect(bytes == [UInt8](repeating: UInt8(index), count: 12) + [UInt8(100 + index)])
        }
        let tooLong = ring.store(
            header: [UInt8](repeating: 0, count: 12).rawSpan,
            payload: [UInt8](repeating: 0, count: 21).rawSpan,
            sequenceNumber: 9,
            encoding: 0
        )
        #expect(tooLong == 0)
    }

    @Test func `events beyond the bound push out the oldest`() throws {
        var stage = Stage()
        let handle = try stage.join()
        var queue = EventQueue(capacity: 3)
        for bits: UInt64 in 1...5 { queue.append(.receiveEstimate(handle, bitsPerSecond: bits)) }
        var found: [RouterEvent] = []
        while let event = queue.popFirst() { found.append(event) }
        #expect(found == [3, 4, 5].map { .receiveEstimate(handle, bitsPerSecond: $0) })
        #expect(queue.droppedCount == 2)
    }
}
