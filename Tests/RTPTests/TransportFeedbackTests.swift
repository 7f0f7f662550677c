import RTP
import Testing
import Wire

@Suite("Transport-wide feedback")
struct TransportFeedbackTests {
    /// One packet, number 153, 37 ms after the reference time; one byte of padding. As a browser sent it.
    static let captured = hex("AF CD 0005 FA17FA17 43032FA0 0099 0001 3DE802 17 2001 94 01")

    private func statuses(_ bytes: [UInt8]) throws -> [PacketStatus] {
        var reader = try TransportFeedback(parsing: bytes.rawSpan).makeReader()
        var found: [PacketStatus] = []
        while let status = try reader.next(in: bytes.rawSpan) { found.append(status) }
        return found
    }

    @Test func `a message of a browser`() throws {
        let feedback = try TransportFeedback(parsing: Self.captured.rawSpan)
        #expect(feedback.sender == SSRC(0xFA17_FA17) && feedback.media == SSRC(0x4303_2FA0))
        #expect(feedback.base == SequenceNumber(153) && feedback.statusCount == 1)
        #expect(feedback.referenceTime == 4_057_090 && feedback.feedbackCount == 23)
        let status = try #require(try statuses(Self.captured).first)
        #expect(status.arrival == .milliseconds(37) && status.deltaTicks == 148)
    }

    /// A run of 3 lost, 14 bits of which 2 arrived, 7 times 2 bits of which 2 are large and 5 are not needed.
    static let mixed = hex(
        """
        8F CD 0008 00000001 00000002 FFFE 0013 FFFFFF 05
        0003 A001 E800  04 FF  FFFC 7FFF  00 00 00 00
        """
    )

    @Test func `all kinds of chunks, across the wrap, before the reference time`() throws {
        let bytes = Self.mixed
        let feedback = try TransportFeedback(parsing: bytes.rawSpan)
        #expect(feedback.referenceTime == -1)
        let found = try statuses(bytes)
        #expect(found.count == 19 && found.map(\.sequenceNumber.rawValue).prefix(3) == [0xFFFE, 0xFFFF, 0])
        let arrived = found.enumerated().filter { $0.element.arrivalTicks != nil }
        #expect(arrived.map(\.offset) == [3 + 0, 3 + 13, 17, 18].map { $0 == 3 ? 3 + 0 : $0 })
        #expect(arrived.map(\.element.deltaTicks) == [4, 255, -4, 32767])
        #expect(arrived.map(\.element.arrivalTicks) == [4, 259, 255, 33022])
    }

    @Test func `missing chunks and deltas and reserved symbols are refused`() {
        // No chunk; a chunk without its delta; a status count of 0; the symbol 3.
        for text in [
            "8F CD 0004 00000001 00000002 0001 0001 000000 00",
            "8F CD 0005 00000001 00000002 0001 0003 000000 00 2003 01 01",
            "8F CD 0005 00000001 00000002 0001 0000 000000 00 2001 01 00",
            "8F CD 0005 00000001 00000002 0001 0001 000000 00 6001 01 00",
            "8F CD 0005 00000001 00000002 0001 0001 000000 00 0000 0000",
        ] {
            let bytes = hex(text)
            #expect(
                failure(bytes) { (bytes) throws(RTPError) in _ = try TransportFeedback(parsing: bytes) } != nil,
                "\(text)"
            )
        }
    }

    private func write(
        _ arrivals: [PacketArrival],
        base: ExtendedSequenceNumber? = nil,
        limit: Int = 1200,
        count: inout Int
    ) throws(RTPError) -> [UInt8] {
        var taken = 0
        let bytes = try written { (bytes) throws(RTPError) in
            let (length, count) = try TransportFeedback.write(
                arrivals.span,
                base: base,
                sender: SSRC(1),
                media: SSRC(2),
                feedbackCount: 5,
                limit: limit,
                to: &bytes
            )
            taken = count
            return length
        }
        count = taken
        return bytes
    }

    private func arrival(_ number: Int64, _ ticks: Int64) -> PacketArrival {
        PacketArrival(
            sequenceNumber: ExtendedSequenceNumber(number),
            time: MonotonicTime(nanoseconds: UInt64(ticks * 250_000))
        )
    }

    @Test func `the bytes of a small message`() throws {
        var count = 0
        let bytes = try write(
            [arrival(0x1_FFFF, 256 + 4), arrival(0x2_0000, 256 + 3), arrival(0x2_0003, 256 + 203)],
            count: &count
        )
        // Small, large (backwards), lost, lost, small: 2 bits each.
        #expect(bytes == hex("8F CD 0006 00000001 00000002 FFFF 0005 000001 05 D810  04 FFFF C8 0000"))
        #expect(count == 3)
    }

    @Test func `runs and bits are used where they are shorter`() throws {
        var count = 0
        // 100 in a row: one run.
        var bytes = try write((0..<100).map { arrival($0, $0) }, count: &count)
        #expect(bytes.count == 20 + 2 + 100 + 2 && bytes[20...].prefix(2) == hex("2064")[...])
        // Every second one: 14 to a chunk.
        bytes = try write((0..<28).map { arrival(2 * $0, $0) }, count: &count)
        #expect(bytes.count == 20 + 8 + 28 && bytes[20...].prefix(4) == hex("AAAA AAAA")[...])
        // Far apart: the gap is a run, as often as its 13 bits must be filled.
        bytes = try write([arrival(0, 0), arrival(20_000, 1)], count: &count)
        #expect(count == 2 && bytes.count <= 20 + 12 + 2 + 2)
    }

    @Test func `earlier losses can be told with a base`() throws {
        var count = 0
        let bytes = try write([arrival(10, 0)], base: ExtendedSequenceNumber(7), count: &count)
        #expect(try statuses(bytes).map { $0.arrivalTicks != nil } == [false, false, false, true])
        #expect(try TransportFeedback(parsing: bytes.rawSpan).base == SequenceNumber(7))
    }

    @Test func `what does not fit waits for the next message`() throws {
        var count = 0
        // Ten seconds apart: more than a delta can say.
        _ = try write([arrival(0, 0), arrival(1, 40_000)], count: &count)
        #expect(count == 1)
        _ = try write([arrival(0, 0), arrival(70_000, 1)], count: &count)
        #expect(count == 1)
        let bytes = try write((0..<2000).map { arrival($0, $0) }, limit: 100, count: &count)
        #expect(bytes.count == 100 && count == 78)
        #expect(throws: RTPError.noCapacity(needed: 24, available: 20)) {
            var count = 0
            _ = try write([arrival(0, 0)], limit: 23, count: &count)
        }
    }

    @Test func `any arrivals come back`() throws {
        var generator = SeededGenerator(7)
        for round in 0..<150 {
            var number = Int64.random(in: 0..<200_000, using: &generator)
            var ticks = Int64.random(in: 100_000..<50_000_000, using: &generator)
            let loss = [1, 1, 2, 5, 3000][round % 5]
            let spread: Int64 = [1, 50, 255, 300, 20_000][round / 5 % 5]
            let arrivals = (0..<Int.random(in: 1...(loss > 5 ? 12 : 120), using: &generator)).map { _ in
                number += Int64.random(in: 1...Int64(loss), using: &generator)
                ticks += Int64.random(in: -spread / 3...spread, using: &generator)
                return arrival(number, max(ticks, 0))
            }
            var done = 0
            while done < arrivals.count {
                var count = 0
                let rest = Array(arrivals[done...])
                let limit = Int.random(in: 24...400, using: &generator)
                let bytes = try write(rest, limit: limit, count: &count)
                #expect(count > 0 && bytes.count <= limit)
                let feedback = try TransportFeedback(parsing: bytes.rawSpan)
                let reference = Int64(feedback.referenceTime) * 256
                var wrong = 0
                var expected = rest.prefix(count)[...]
                for (index, status) in try statuses(bytes).enumerated() {
                    guard let first = expected.first else {
                        Issue.record("more packets than arrived")
                        break
                    }
                    let number = rest[0].sequenceNumber.advanced(by: index)
                    if status.sequenceNumber != number.sequenceNumber { wrong += 1 }
                    guard first.sequenceNumber == number else {
                        if status.arrivalTicks != nil { wrong += 1 }
                        continue
                    }
                    let time = Int64(first.time.nanoseconds / 250_000)
                    if status.arrivalTicks.map({ ($0 + reference) & 0xFFFF_FFFF }) != time & 0xFFFF_FFFF { wrong += 1 }
                    expected.removeFirst()
                }
                #expect(expected.isEmpty && wrong == 0)
                done += count
            }
        }
    }

    @Test func `the reference time is unwrapped both ways`() {
        var unwrapper = ReferenceTimeUnwrapper()
        let steps: [(Int32, Int64)] = [
            (0x7F_FFFE, 0x7F_FFFE), (-0x80_0000, 0x80_0000), (0x7F_FFFF, 0x7F_FFFF), (-1, 0xFF_FFFF), (0, 0x100_0000),
            (5, 0x100_0005), (-3, 0xFF_FFFD),
        ]
        for (wire, unwrapped) in steps { #expect(unwrapper.unwrap(wire) == unwrapped * 256) }
    }
}
