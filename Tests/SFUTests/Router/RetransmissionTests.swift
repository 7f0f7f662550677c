import RTP
import Testing
import Wire

@testable import SFU

private let key = vp8(pictureID: 1, tl0: 1, isKeyFrame: true)

@Suite("Retransmissions to subscribers")
struct RetransmissionTests {
    /// A duet in which three packets were sent; the numbers that the viewer got.
    private func started() throws -> Duet {
        var duet = try Duet()
        var numbers: [UInt16] = []
        numbers += duet.send(10, key).map(\.sequenceNumber)
        numbers += duet.send(11, timestamp: 4000, vp8(pictureID: 2, tl0: 2)).map(\.sequenceNumber)
        numbers += duet.send(12, timestamp: 7000, marker: true, vp8(pictureID: 3, tl0: 3)).map(\.sequenceNumber)
        duet.kept = numbers
        return duet
    }

    @Test func `a lost packet comes again on the stream for it, with the number it had`() throws {
        var duet = try started()
        let numbers = duet.kept
        duet.stage.receiveControl(.nack(0x9000, [numbers[2], numbers[1]]), from: duet.viewer)
        let sent = duet.stage.media(to: duet.viewer)
        #expect(sent.map(\.ssrc) == [0x9001, 0x9001])
        #expect(sent.map(\.payloadType) == [121, 121])
        #expect(sent[1].sequenceNumber == sent[0].sequenceNumber &+ 1)
        let originals = sent.map { UInt16($0.payload[0]) << 8 | UInt16($0.payload[1]) }
        #expect(Set(originals) == [numbers[1], numbers[2]])
        #expect(Array(sent[0].payload.dropFirst(2)) == vp8(pictureID: 3, tl0: 3))
        #expect(sent[0].marker)
        // Until reports name the stream it says where it belongs.
        #expect(sent[0].value(9) == Array("7".utf8))
        #expect(sent[0].value(11) != nil)
        duet.stage.receiveControl(.receiverReport([ReportBlock(ssrc: SSRC(0x9001))]), from: duet.viewer)
        duet.stage.receiveControl(.nack(0x9000, [numbers[0]]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer).first?.value(9) == nil)
    }

    @Test func `a retransmission carries the picture numbers that this subscriber got`() throws {
        var duet = try started()
        let late = try duet.stage.join()
        var description = Sample.videoSubscription(ssrc: 0xC000)
        description.mid = nil
        _ = try duet.stage.subscribe(late, to: duet.track, description)
        try duet.stage.router.pause(duet.subscription, at: duet.stage.now)
        try duet.stage.router.resume(duet.subscription, at: duet.stage.now)
        // Both start with this key frame, one of them goes on from others.
        _ = duet.send(13, timestamp: 10_000, marker: true, vp8(pictureID: 900, tl0: 50, isKeyFrame: true))
        var packet = TestPacket()
        packet.sequenceNumber = 14
        packet.timestamp = 13_000
        packet.payload = vp8(pictureID: 901, tl0: 51)
        duet.stage.receive(packet, from: duet.publisher)
        let all = duet.stage.sink.drain()
        for (viewer, ssrc) in [(duet.viewer, UInt32(0x9000)), (late, 0xC000)] {
            let sent = try #require(
                all.filter { $0.packet.destination == viewer }.compactMap { TestPacket($0.bytes) }.last
            )
            duet.stage.receiveControl(.nack(ssrc, [sent.sequenceNumber]), from: viewer)
            let again = try #require(duet.stage.media(to: viewer).first)
            #expect(Array(again.payload.dropFirst(2)) == sent.payload)
            #expect(sent.payload == vp8(pictureID: ssrc == 0x9000 ? 5 : 901, tl0: ssrc == 0x9000 ? 5 : 51))
            #expect(again.timestamp == sent.timestamp)
        }
    }

    @Test func `numbers that were never sent are passed over in silence`() throws {
        var duet = try started()
        let numbers = duet.kept
        duet.stage.receiveControl(.nack(0x9000, [numbers[0] &- 5, numbers[2] &+ 9]), from: duet.viewer)
        // One that was a hole from the start, another stream, and the stream of retransmissions itself.
        _ = duet.send(15, timestamp: 10_000, vp8(pictureID: 4))
        duet.stage.receiveControl(.nack(0x9000, [numbers[2] &+ 1]), from: duet.viewer)
        duet.stage.receiveControl(.nack(0x9001, [numbers[0]]), from: duet.viewer)
        duet.stage.receiveControl(.nack(0x4444, [numbers[0]]), from: duet.viewer)
        duet.stage.receiveControl(.nack(0x9000, [numbers[0]]), from: duet.publisher)
        #expect(duet.stage.media(to: duet.viewer) == [])
        let counters = duet.stage.router.counters
        #expect(counters.missedRetransmissions == 3)
        // The publisher is asked for what it lost itself, and for nothing more.
        duet.stage.advance(.milliseconds(20))
        #expect(duet.stage.control(to: duet.publisher).flatMap(\.lost) == [13, 14])
    }

    @Test func `one packet is sent again three times at most, a round trip apart`() throws {
        var duet = try started()
        let numbers = duet.kept
        var times: [Int64] = []
        for step in 0..<100 {
            duet.stage.receiveControl(.nack(0x9000, [numbers[1]]), from: duet.viewer)
            if !duet.stage.media(to: duet.viewer).isEmpty { times.append(Int64(step) * 10) }
            duet.stage.now = duet.stage.now + .milliseconds(10)
        }
        #expect(times == [0, 100, 200])
    }

    @Test func `retransmissions have a share of the bytes and no more`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        var sent: [UInt16] = []
        for index in 0..<500 {
            let payload = vp8(pictureID: UInt16(index + 2), data: [UInt8](repeating: 1, count: 1000))
            sent += duet.send(UInt16(index + 2), timestamp: UInt32(4000 + index), payload).map(\.sequenceNumber)
        }
        duet.stage.receiveControl(.nack(0x9000, Array(sent.suffix(250))), from: duet.viewer)
        let repaired = duet.stage.media(to: duet.viewer).count
        // The burst of 64 kB.
        #expect((60...66).contains(repaired))
    }

    @Test func `after a request for a key frame nothing is repaired until it is there`() throws {
        var duet = try started()
        let numbers = duet.kept
        duet.stage.now = duet.stage.now + .milliseconds(200)
        duet.stage.receiveControl(.pictureLoss(0x9000), from: duet.viewer)
        duet.stage.receiveControl(.nack(0x9000, [numbers[1]]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer) == [])
        _ = duet.send(13, timestamp: 20_000, vp8(pictureID: 4, isKeyFrame: true))
        duet.stage.receiveControl(.nack(0x9000, [numbers[1]]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer).count == 1)
    }

    @Test func `a late key frame does not hold up repairs for long`() throws {
        var duet = try started()
        let numbers = duet.kept
        duet.stage.now = duet.stage.now + .milliseconds(200)
        duet.stage.receiveControl(.pictureLoss(0x9000), from: duet.viewer)
        duet.stage.now = duet.stage.now + Limits.retransmissionPause
        duet.stage.receiveControl(.nack(0x9000, [numbers[1]]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer).count == 1)
    }

    @Test func `without a stream for it nothing is sent twice under one number`() throws {
        var description = Sample.videoSubscription()
        description.retransmissionSSRC = nil
        var duet = try Duet(Sample.video(), description)
        let first = try #require(duet.send(1, key).first)
        duet.stage.receiveControl(.nack(0x9000, [first.sequenceNumber]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer) == [])
        let counters = duet.stage.router.counters
        #expect(counters.refusedRetransmissions == 1)
    }

    @Test func `what has left the ring is gone`() throws {
        var duet = try Duet()
        let first = try #require(duet.send(0, key).first)
        for index in 1...Limits.videoRingCount {
            _ = duet.send(UInt16(index), timestamp: 4000, vp8(pictureID: 2))
        }
        duet.stage.receiveControl(.nack(0x9000, [first.sequenceNumber]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer) == [])
        duet.stage.receiveControl(.nack(0x9000, [first.sequenceNumber &+ 1]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer).count == 1)
    }

    @Test func `a packet without a slot is a hole that can be repaired`() throws {
        var duet = try started()
        let numbers = duet.kept
        duet.stage.sink.hasRoom = false
        #expect(duet.send(13, timestamp: 10_000, vp8(pictureID: 4)) == [])
        duet.stage.sink.hasRoom = true
        let next = try #require(duet.send(14, timestamp: 13_000, vp8(pictureID: 5)).first)
        #expect(next.sequenceNumber == numbers[2] &+ 2)
        duet.stage.receiveControl(.nack(0x9000, [numbers[2] &+ 1]), from: duet.viewer)
        let sent = try #require(duet.stage.media(to: duet.viewer).first)
        #expect(Array(sent.payload.dropFirst(2)) == vp8(pictureID: 4))
        let counters = duet.stage.router.counters
        #expect(counters.droppedWithoutSlot == 1)
    }

    @Test func `what nobody gets is not asked for`() throws {
        var duet = try Duet()
        duet.stage.router.unsubscribe(duet.subscription, at: duet.stage.now)
        _ = duet.send(1, key)
        _ = duet.send(9, timestamp: 4000, vp8(pictureID: 2))
        duet.stage.advance(.milliseconds(200))
        let counters = duet.stage.router.counters
        #expect(counters.requestedPackets == 0)
        #expect(counters.keyFrameRequests == 0)
    }
}
