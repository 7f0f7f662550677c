import RTP
import Testing
import Wire

@testable import SFU

@Suite("Who is in a room, and with what")
struct MembershipTests {
    @Test func `rooms have a maximum, and ids are unique in them`() throws {
        var router = Router()
        var generator = SeededGenerator(1)
        let room = router.createRoom(id: 7, maximumParticipantCount: 2)
        let one = try router.join(room, id: 1, at: .zero, using: &generator)
        #expect(throws: RouterError.duplicateParticipant(1)) {
            _ = try router.join(room, id: 1, at: .zero, using: &generator)
        }
        _ = try router.join(room, id: 2, at: .zero, using: &generator)
        #expect(throws: RouterError.roomFull(maximum: 2)) {
            _ = try router.join(room, id: 3, at: .zero, using: &generator)
        }
        router.leave(one, at: .zero)
        _ = try router.join(room, id: 3, at: .zero, using: &generator)
        router.closeRoom(room, at: .zero)
        #expect(throws: RouterError.unknownRoom) { _ = try router.join(room, id: 4, at: .zero, using: &generator) }
        let counts = [router.roomCount, router.participantCount]
        #expect(counts == [0, 0])
    }

    @Test func `who leaves takes everything along, and stale handles do no harm`() throws {
        var duet = try Duet()
        _ = duet.send(1, vp8(pictureID: 1, isKeyFrame: true))
        let second = try duet.stage.publish(duet.viewer, Sample.video())
        _ = try duet.stage.subscribe(duet.publisher, to: second, Sample.videoSubscription())
        duet.stage.router.leave(duet.publisher, at: duet.stage.now)
        #expect(duet.send(2, vp8(pictureID: 1, isKeyFrame: true)) == [])
        duet.stage.receiveControl(.pictureLoss(0x9000), from: duet.publisher)
        duet.stage.router.unpublish(duet.track, at: duet.stage.now)
        duet.stage.router.unsubscribe(duet.subscription, at: duet.stage.now)
        let viewer = duet.viewer
        let publisher = duet.publisher
        let track = duet.track
        #expect(throws: RouterError.unknownPublication) {
            _ = try duet.stage.subscribe(viewer, to: track, Sample.videoSubscription())
        }
        #expect(throws: RouterError.unknownParticipant) { _ = try duet.stage.publish(publisher, Sample.video()) }
        // Whoever comes in its place is somebody else.
        _ = try duet.stage.join()
        duet.stage.receive(TestPacket(), from: publisher)
        duet.stage.advance(.seconds(5))
        let counters = duet.stage.router.counters
        #expect(counters.strayPackets == 3)
    }

    @Test func `descriptions that contradict each other are refused`() throws {
        var duet = try Duet()
        let publisher = duet.publisher
        let viewer = duet.viewer
        let track = duet.track
        #expect(throws: RouterError.duplicateMID) { _ = try duet.stage.publish(publisher, Sample.video()) }
        #expect(throws: RouterError.duplicateSSRC(0x1000)) {
            _ = try duet.stage.publish(publisher, Sample.video(mid: "w"))
        }
        #expect(throws: RouterError.encodingCount(0)) {
            _ = try duet.stage.publish(publisher, Sample.video(mid: "w", encodings: []))
        }
        var description = Sample.video(mid: "w", encodings: [EncodingDescription()])
        for rate: UInt32 in [0, 1_000_001, .max] {
            description.codecs[0].clockRate = rate
            let wrong = description
            #expect(throws: RouterError.clockRate(rate)) { _ = try duet.stage.publish(publisher, wrong) }
        }
        #expect(throws: RouterError.duplicateSSRC(0x9000)) {
            _ = try duet.stage.subscribe(viewer, to: track, Sample.videoSubscription())
        }
        for index in 1..<Limits.publicationCount {
            _ = try duet.stage.publish(publisher, Sample.video(mid: "m\(index)", encodings: [EncodingDescription()]))
        }
        #expect(throws: RouterError.tooManyPublications(maximum: Limits.publicationCount)) {
            _ = try duet.stage.publish(publisher, Sample.video(mid: "last", encodings: [EncodingDescription()]))
        }
    }

    @Test func `rooms do not hear each other`() throws {
        var duet = try Duet()
        let other = duet.stage.router.createRoom(id: 2)
        let stranger = try duet.stage.router.join(other, id: 1, at: duet.stage.now, using: &duet.stage.generator)
        let track = duet.track
        #expect(throws: RouterError.differentRoom) {
            _ = try duet.stage.subscribe(stranger, to: track, Sample.videoSubscription())
        }
    }

    @Test func `SSRCs that the router makes are free`() throws {
        var duet = try Duet()
        var seen: Set<SSRC> = [SSRC(0x9000), SSRC(0x9001)]
        for _ in 0..<50 {
            let ssrc = try duet.stage.router.makeSSRC(for: duet.viewer, using: &duet.stage.generator)
            #expect(seen.insert(ssrc).inserted)
            var description = Sample.videoSubscription()
            description.ssrc = ssrc
            description.retransmissionSSRC = nil
            _ = try duet.stage.subscribe(duet.viewer, to: duet.track, description)
        }
    }

    @Test func `nothing is sent to those who are not ready`() throws {
        var stage = Stage()
        let publisher = try stage.join(ready: false)
        let viewer = try stage.join(ready: false)
        let track = try stage.publish(publisher, Sample.video())
        _ = try stage.subscribe(viewer, to: track, Sample.videoSubscription())
        var packet = TestPacket()
        packet.payload = vp8(pictureID: 1, isKeyFrame: true)
        packet.extensions = [.init(id: Sample.transportID, value: [0, 1])]
        stage.receive(packet, from: publisher)
        packet.sequenceNumber = 9
        stage.receive(packet, from: publisher)
        stage.advance(.seconds(3))
        #expect(stage.sink.drain().isEmpty)
    }
}
