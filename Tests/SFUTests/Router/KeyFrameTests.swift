import RTP
import Testing
import Wire

@testable import SFU

private let key = vp8(pictureID: 1, isKeyFrame: true)
private let delta = vp8(pictureID: 2)

@Suite("Key frames for subscribers")
struct KeyFrameTests {
    /// The times, in milliseconds from now, at which the publisher is asked for a key frame.
    private func requests(_ stage: inout Stage, to publisher: ParticipantHandle, for duration: Int64) -> [Int64] {
        var times: [Int64] = []
        for millisecond in 0..<duration {
            stage.advance(millisecond == 0 ? .zero : .milliseconds(1))
            for control in stage.control(to: publisher) where control.pictureLoss != nil { times.append(millisecond) }
        }
        return times
    }

    @Test func `nothing is asked for before the subscriber is ready, and at once when it is`() throws {
        var stage = Stage()
        let publisher = try stage.join()
        let track = try stage.publish(publisher, Sample.video())
        var packet = TestPacket()
        packet.payload = delta
        stage.receive(packet, from: publisher)
        let viewer = try stage.join(ready: false)
        _ = try stage.subscribe(viewer, to: track, Sample.videoSubscription())
        #expect(requests(&stage, to: publisher, for: 1500) == [])
        stage.router.setReady(viewer, at: stage.now)
        #expect(requests(&stage, to: publisher, for: 100) == [0])
    }

    @Test func `a request is repeated until the key frame is there`() throws {
        var duet = try Duet()
        _ = duet.send(1, delta)
        #expect(requests(&duet.stage, to: duet.publisher, for: 1600) == [0, 500, 1000, 1500])
        _ = duet.send(2, timestamp: 4000, key)
        #expect(requests(&duet.stage, to: duet.publisher, for: 1600) == [])
    }

    @Test func `all ways to ask go through one limit`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        let others = try [duet.stage.join(), duet.stage.join(), duet.stage.join()]
        for (index, viewer) in others.enumerated() {
            _ = try duet.stage.subscribe(
                viewer,
                to: duet.track,
                Sample.videoSubscription(ssrc: UInt32(0xA000 + 0x10 * index))
            )
        }
        duet.stage.now = duet.stage.now + .milliseconds(150)
        duet.stage.receiveControl(.pictureLoss(0x9000), from: duet.viewer)
        duet.stage.receiveControl(.pictureLoss(0xA000), from: others[0])
        duet.stage.receiveControl(
            .control {
                let entries = [FullIntraRequest.Entry(ssrc: SSRC(0xA010), sequenceNumber: 1)]
                return try FullIntraRequest.write(entries.span, sender: SSRC(5), to: &$0)
            },
            from: others[1]
        )
        try duet.stage.router.requestKeyFrame(for: duet.subscription, at: duet.stage.now)
        #expect(requests(&duet.stage, to: duet.publisher, for: 100) == [0])
        _ = duet.send(2, timestamp: 4000, key)
        // The next one has to wait, but comes.
        duet.stage.now = duet.stage.now + .milliseconds(150)
        duet.stage.receiveControl(.pictureLoss(0x9000), from: duet.viewer)
        #expect(requests(&duet.stage, to: duet.publisher, for: 300).count == 1)
    }

    @Test func `a repeated FIR is one request, and a new number is a new one`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        func request(_ number: UInt8) -> [UInt8] {
            .control {
                let entries = [FullIntraRequest.Entry(ssrc: SSRC(0x9000), sequenceNumber: number)]
                return try FullIntraRequest.write(entries.span, sender: SSRC(5), to: &$0)
            }
        }
        duet.stage.now = duet.stage.now + .seconds(1)
        duet.stage.receiveControl(request(7), from: duet.viewer)
        #expect(requests(&duet.stage, to: duet.publisher, for: 10).count == 1)
        _ = duet.send(2, timestamp: 4000, key)
        duet.stage.now = duet.stage.now + .seconds(1)
        duet.stage.receiveControl(request(7), from: duet.viewer)
        #expect(requests(&duet.stage, to: duet.publisher, for: 10).count == 0)
        duet.stage.receiveControl(request(8), from: duet.viewer)
        #expect(requests(&duet.stage, to: duet.publisher, for: 10).count == 1)
    }

    @Test func `a request that a key frame crossed on its way is none`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        duet.stage.now = duet.stage.now + .milliseconds(50)
        duet.stage.receiveControl(.pictureLoss(0x9000), from: duet.viewer)
        #expect(requests(&duet.stage, to: duet.publisher, for: 1000) == [])
    }

    @Test func `requests end with the last subscriber`() throws {
        var duet = try Duet()
        _ = duet.send(1, delta)
        #expect(requests(&duet.stage, to: duet.publisher, for: 10) == [0])
        duet.stage.router.unsubscribe(duet.subscription, at: duet.stage.now)
        #expect(requests(&duet.stage, to: duet.publisher, for: 2000) == [])
    }

    @Test func `audio is never asked for key frames`() throws {
        var duet = try Duet(Sample.audio(), Sample.audioSubscription())
        _ = duet.send(1, ssrc: 0x2000, payloadType: 111, [1])
        duet.stage.receiveControl(.pictureLoss(0xA000), from: duet.viewer)
        #expect(requests(&duet.stage, to: duet.publisher, for: 600) == [])
    }

    @Test func `a gap too large to repair is answered with a key frame`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        duet.stage.now = duet.stage.now + .seconds(1)
        _ = duet.send(600, timestamp: 90_000, delta)
        #expect(requests(&duet.stage, to: duet.publisher, for: 10) == [0])
    }
}
