import RTP
import Testing

@testable import SRTP

@Suite("SRTP indices and replay", .serialized)
struct ReplayTests {
    @Test("a packet comes back as it was and is taken once", arguments: Way.all)
    func once(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver()
        for payloadLength in [0, 1, 15, 16, 17, 160, 1200] {
            let packet = rtpPacket(UInt16(payloadLength), payload: [UInt8](repeating: 7, count: payloadLength))
            let protected = try sender.rtp(packet)
            #expect(protected.count == packet.count + way.profile.rtpOverhead)
            #expect(payloadLength < 15 || protected[12...].prefix(15) != packet[12...].prefix(15))
            #expect(try receiver.rtp(protected) == packet)
            #expect(failure { () throws(SRTPError) in try receiver.rtp(protected) } == .replayed)
        }
        for count in 1...3 {
            let packet = rtcpPacket()
            let protected = try sender.rtcp(packet)
            #expect(protected.count == packet.count + way.profile.rtcpOverhead)
            #expect(try receiver.rtcp(protected) == packet)
            #expect(failure { () throws(SRTPError) in try receiver.rtcp(protected) } == .replayed)
            let counters = receiver.counters
            #expect(counters.processed == 7 + UInt64(count) && counters.replayed == 7 + UInt64(count))
        }
    }

    @Test("an index encrypts one packet only", arguments: Way.all)
    func noSecondUse(way: Way) throws {
        var sender = try way.sender()
        _ = try sender.rtp(rtpPacket(5, payload: [1]))
        #expect(failure { () throws(SRTPError) in try sender.rtp(rtpPacket(5, payload: [2])) } == .replayed)
        for number in 6...1030 { _ = try sender.rtp(rtpPacket(UInt16(number))) }
        #expect(failure { () throws(SRTPError) in try sender.rtp(rtpPacket(6, payload: [2])) } == .tooOld)
    }

    @Test("late packets are taken inside the window of 1024", arguments: Way.all)
    func window(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver()
        let packets = try (0..<1100).map { try sender.rtp(rtpPacket(UInt16($0))) }
        _ = try receiver.rtp(packets[0])
        _ = try receiver.rtp(packets[1099])
        // 1099 - 1023 is the last one inside.
        #expect(try receiver.rtp(packets[76]) == rtpPacket(76))
        #expect(failure { () throws(SRTPError) in try receiver.rtp(packets[75]) } == .tooOld)
        #expect(failure { () throws(SRTPError) in try receiver.rtp(packets[76]) } == .replayed)
        for index in (77..<1099).reversed() { _ = try receiver.rtp(packets[index]) }
        for index in 77..<1099 {
            #expect(failure { () throws(SRTPError) in try receiver.rtp(packets[index]) } == .replayed)
        }
    }

    @Test("the roll-over counter follows the sequence numbers", arguments: Way.all)
    func wrap(way: Way) throws {
        // Start just before the wrap, with loss and reordering across it, and go round twice.
        var sender = try way.sender()
        var receiver = try way.receiver()
        let start = 0xFFFE
        let numbers = Array(start..<start + 8) + Array(stride(from: start + 8, to: start + 140_000, by: 9973))
        let packets = try numbers.map { try sender.rtp(rtpPacket(UInt16(truncatingIfNeeded: $0))) }
        let order = [0, 2, 1, 3, 5, 4] + Array(6..<packets.count)
        for index in order {
            #expect(try receiver.rtp(packets[index]) == rtpPacket(UInt16(truncatingIfNeeded: numbers[index])))
        }
    }

    @Test("a stream joined late is read with its extended sequence number", arguments: Way.all)
    func late(way: Way) throws {
        let ssrc = SSRC(0xCAFE_BABE)
        for near in [0x3_0005, 0x3_7FFF, 0x2_FFFE, 0x3_8000] {
            var sender = try way.sender()
            try sender.addStream(ssrc, near: ExtendedSequenceNumber(0x2_FFF0))
            _ = try sender.rtp(rtpPacket(0xFFF0))
            let first = try sender.rtp(rtpPacket(0x0003))
            let second = try sender.rtp(rtpPacket(0x0002))
            // Roll-over counter 0, which the packet has not.
            var unprepared = try way.receiver()
            #expect(failure { () throws(SRTPError) in try unprepared.rtp(first) } == .authenticationFailed)
            var receiver = try way.receiver()
            try receiver.addStream(ssrc, near: ExtendedSequenceNumber(Int64(near)))
            var broken = first
            broken[13] ^= 1
            #expect(failure { () throws(SRTPError) in try receiver.rtp(broken) } == .authenticationFailed)
            #expect(try receiver.rtp(first) == rtpPacket(0x0003))
            #expect(try receiver.rtp(second) == rtpPacket(0x0002))
            #expect(failure { () throws(SRTPError) in try receiver.rtp(first) } == .replayed)
        }
    }

    @Test func `the last index of a key is used and no more`() throws {
        let way = Way(profile: .aeadAES128GCM, backEnd: .openSSL)
        var sender = try way.sender()
        try sender.addStream(SSRC(0xCAFE_BABE), near: ExtendedSequenceNumber(0xFFFF_FFFF_FFFE))
        _ = try sender.rtp(rtpPacket(0xFFFF))
        #expect(failure { () throws(SRTPError) in try sender.rtp(rtpPacket(0)) } == .keyExhausted)
    }

    /// Sequence numbers, and the index that RFC 3711 section 3.3.1 gives them after `highest`.
    static let estimates: [(highest: UInt64, number: UInt16, index: UInt64)] = [
        (0x0_0000, 0x0001, 0x0_0001), (0x0_0000, 0xFFFF, 0x0_FFFF), (0x0_7FFF, 0xFFFF, 0x0_FFFF),
        (0x0_FFFF, 0x0000, 0x1_0000), (0x0_FFFF, 0x7FFE, 0x1_7FFE), (0x0_FFFF, 0x7FFF, 0x0_7FFF),
        (0x1_0000, 0xFFFF, 0x0_FFFF), (0x1_0000, 0x8000, 0x1_8000), (0x1_0000, 0x8001, 0x0_8001),
        (0x1_8000, 0x0000, 0x1_0000), (0x1_8001, 0x0000, 0x2_0000), (0x5_1234, 0x1233, 0x5_1233),
    ]

    @Test("estimates the index", arguments: estimates)
    func estimate(highest: UInt64, number: UInt16, index: UInt64) throws {
        var state = StreamState()
        state.rtp.insert(highest)
        #expect(try state.estimatedIndex(SequenceNumber(number)) == index)
    }

    @Test func `a replay window agrees with a set of everything seen`() throws {
        var generator = SeededGenerator(42)
        var window = ReplayWindow<2>()
        var seen = Set<UInt64>()
        var highest: UInt64 = 0
        for _ in 0..<20_000 {
            let ahead = UInt64.random(in: 0..<300, using: &generator)
            let index = highest + ahead > 150 ? highest + ahead - 150 : ahead
            let expected: SRTPError? =
                seen.isEmpty || index > highest
                ? nil : highest - index >= 128 ? .tooOld : seen.contains(index) ? .replayed : nil
            var actual: SRTPError?
            do throws(SRTPError) { try window.check(index) } catch { actual = error }
            #expect(actual == expected)
            guard actual == nil else { continue }
            window.insert(index)
            seen.insert(index)
            highest = max(highest, index)
        }
    }
}
