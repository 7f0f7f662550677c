import Testing
import Wire

@testable import Engine

@Suite("Stream ring")
struct StreamRingTests {
    @Test func `records come out as they went in, across many turns of the memory`() {
        let ring = StreamRing()
        var state: UInt64 = 7
        var waiting: [(UInt32, [UInt8])] = []
        for round in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let count = Int(state >> 33) % 3000
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: count)
            let written = unsafe bytes.withUnsafeBytes { unsafe ring.write(.message, connection: UInt32(round), payload: $0) }
            #expect(written)
            waiting.append((UInt32(round), bytes))
            guard round % 7 == 0 else { continue }
            for (connection, expected) in waiting {
                let record = ring.next()
                #expect(record?.connection == connection)
                let found = record.map { unsafe Array($0.bytes) }
                #expect(found == expected)
            }
            #expect(ring.next() == nil)
            ring.release()
            waiting = []
        }
    }

    @Test func `a full ring refuses a record and takes it again when the reader has given memory back`() {
        let ring = StreamRing()
        let bytes = [UInt8](repeating: 1, count: 1000)
        var accepted = 0
        unsafe bytes.withUnsafeBytes { bytes in
            while unsafe ring.write(.datagram, connection: 1, payload: bytes) { accepted += 1 }
            #expect(accepted == StreamRing.byteCount / 1024 || accepted == StreamRing.byteCount / 1024 - 1)
            // Read but not released: still full.
            #expect(ring.next() != nil)
            let early = unsafe ring.write(.datagram, connection: 1, payload: bytes)
            #expect(!early)
            ring.release()
            let late = unsafe ring.write(.datagram, connection: 2, payload: bytes)
            #expect(late)
        }
        for _ in 1..<accepted { #expect(ring.next()?.connection == 1) }
        #expect(ring.next()?.connection == 2)
        #expect(ring.next() == nil)
    }
}

extension StreamRing.Record: Equatable {
    static func == (left: StreamRing.Record, right: StreamRing.Record) -> Bool {
        unsafe left.connection == right.connection && left.kind == right.kind && left.bytes.elementsEqual(right.bytes)
    }
}
