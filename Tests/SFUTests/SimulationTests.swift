import RTP
import SFU
import Testing
import Wire

@Suite("A room in virtual time")
struct SimulationTests {
    private func camera(_ count: Int, sequenceNumber: UInt16 = 65_000) -> SyntheticPublisher {
        SyntheticPublisher(
            layers: (0..<count).map { index in
                SyntheticPublisher.Layer(
                    ssrc: UInt32(0x1000 + 0x10 * index),
                    rid: count == 1 ? nil : ["q", "h", "f"][index],
                    packetsPerFrame: 1 + 2 * index,
                    sequenceNumber: sequenceNumber &+ UInt16(index * 100),
                    // The first wraps within the run.
                    timestampBase: UInt32(0xFFFF_0000) &- 90_000 &+ UInt32(index * 7_777_777),
                    pictureID: UInt16(0x7FF0 - index * 100)
                )
            }
        )
    }

    private func description(_ count: Int) -> PublicationDescription {
        Sample.video(encodings: count == 1 ? [EncodingDescription()] : Array(Sample.simulcast.prefix(count)))
    }

    /// One publisher, three viewers, over `quality`, and then a second without losses.
    private func play(
        layers: Int,
        quality: LinkQuality,
        seed: UInt64,
        seconds: Int64 = 8
    ) throws -> (publisher: SyntheticPublisher, viewers: [SyntheticSubscriber], counters: RouterCounters) {
        var room = Simulation(seed: seed)
        let publisher = camera(layers)
        let source = try room.addPeer(publisher)
        let track = try room.stage.publish(room.peers[source].handle, description(layers))
        var viewers: [SyntheticSubscriber] = []
        for index in 0..<3 {
            let peer = try room.addPeer()
            let viewer = SyntheticSubscriber(ssrc: UInt32(0x9000 + 0x10 * index))
            room.peers[peer].subscribers = [viewer]
            viewers.append(viewer)
            _ = try room.stage.subscribe(
                room.peers[peer].handle,
                to: track,
                Sample.videoSubscription(ssrc: viewer.ssrc)
            )
        }
        room.setQuality(quality)
        room.run(.seconds(seconds))
        var calm = quality
        calm.lossPercent = 0
        room.setQuality(calm)
        room.run(.seconds(2))
        return (publisher, viewers, room.stage.router.counters)
    }

    @Test(arguments: [1, 3])
    func `nothing is lost or added on clean paths`(layers: Int) throws {
        let (publisher, viewers, counters) = try play(layers: layers, quality: LinkQuality(), seed: 1)
        for viewer in viewers {
            #expect(viewer.complaints == [])
            #expect(viewer.holes == [])
            #expect(viewer.undecodable == 0)
            #expect(viewer.nackCount == 0)
            #expect(viewer.frames.count > 290)
            // Everybody ends with the best layer.
            #expect(viewer.frames.last?.layer == UInt8(layers - 1))
            // Pictures are numbered without gaps, over wraps and switches.
            for (one, two) in zip(viewer.frames, viewer.frames.dropFirst()) {
                #expect(two.pictureID == (one.pictureID &+ 1) & 0x7FFF)
                let step = Int(Int32(bitPattern: two.timestamp &- one.timestamp))
                // The frame before a switch may show the same moment as the one behind it.
                #expect(one.layer == two.layer ? (2990...3010).contains(step) : (1...3010).contains(step))
            }
            #expect(viewer.senderReports.count >= 6)
            #expect(viewer.goodbyes == 0)
        }
        #expect(counters.requestedPackets == 0)
        #expect(counters.malformedPackets == 0)
        #expect(counters.malformedControlPackets == 0)
        #expect(publisher.nackedCount == 0)
        #expect(publisher.feedbackCount > 100)
        #expect(publisher.reports.allSatisfy { $0.cumulativeLost == 0 })
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5])
    func `losses on both sides are repaired`(seed: UInt64) throws {
        var quality = LinkQuality()
        quality.lossPercent = 4
        quality.duplicatePercent = 2
        quality.jitter = .milliseconds(12)
        let (publisher, viewers, counters) = try play(layers: 1, quality: quality, seed: seed)
        for viewer in viewers {
            #expect(viewer.complaints == [])
            #expect(viewer.holes.count <= 3)
            #expect(
                viewer.frames.count > 270,
                "\(counters) \(viewer.skipped) \(viewer.undecodable) \(viewer.pictureLossCount)"
            )
            #expect(viewer.retransmissionCount > 0)
        }
        #expect(counters.recoveredPackets > 0)
        #expect(counters.duplicatePackets > 0)
        #expect(counters.sentRetransmissions > 0)
        // What one viewer loses costs the publisher nothing: it is asked for what was lost on its own path.
        #expect(publisher.nackedCount < 100)
    }

    @Test(arguments: [UInt64(11), 12, 13, 14, 15])
    func `simulcast switches on bad paths stay decodable`(seed: UInt64) throws {
        var quality = LinkQuality()
        quality.lossPercent = 3
        quality.duplicatePercent = 1
        quality.jitter = .milliseconds(8)
        let (_, viewers, _) = try play(layers: 3, quality: quality, seed: seed)
        for viewer in viewers {
            #expect(viewer.complaints == [])
            #expect(viewer.frames.count > 260)
            #expect(viewer.frames.last?.layer == 2)
        }
    }

    @Test(arguments: [UInt64(21), 22, 23])
    func `a layer that vanishes is replaced and taken up again`(seed: UInt64) throws {
        var room = Simulation(seed: seed)
        let publisher = camera(3)
        let source = try room.addPeer(publisher)
        let track = try room.stage.publish(room.peers[source].handle, description(3))
        let peer = try room.addPeer()
        let viewer = SyntheticSubscriber(ssrc: 0x9000)
        room.peers[peer].subscribers = [viewer]
        _ = try room.stage.subscribe(room.peers[peer].handle, to: track, Sample.videoSubscription())
        room.run(.seconds(4))
        #expect(viewer.frames.last?.layer == 2)
        publisher.layers[2].isActive = false
        room.run(.seconds(3))
        #expect(viewer.frames.last?.layer == 1)
        publisher.layers[2].isActive = true
        publisher.layers[2].wantsKeyFrame = true
        room.run(.seconds(4))
        #expect(viewer.frames.last?.layer == 2)
        #expect(viewer.complaints == [])
        #expect(viewer.holes == [])
        #expect(viewer.undecodable == 0)
        for (one, two) in zip(viewer.frames, viewer.frames.dropFirst()) {
            #expect(two.pictureID == (one.pictureID &+ 1) & 0x7FFF)
        }
    }

    @Test func `a stream that starts again goes on for its viewers`() throws {
        var room = Simulation(seed: 31)
        let publisher = camera(1)
        let source = try room.addPeer(publisher)
        let track = try room.stage.publish(room.peers[source].handle, description(1))
        let peer = try room.addPeer()
        let viewer = SyntheticSubscriber(ssrc: 0x9000)
        room.peers[peer].subscribers = [viewer]
        _ = try room.stage.subscribe(room.peers[peer].handle, to: track, Sample.videoSubscription())
        room.run(.seconds(2))
        // The same SSRC, everything else is new.
        publisher.layers[0].sequenceNumber = 12_345
        publisher.layers[0].timestampBase = 0x1234_5678
        publisher.layers[0].pictureID = 5
        room.run(.seconds(2))
        let before = viewer.frames.count
        #expect(before > 100)
        // Another SSRC for the same media section.
        publisher.layers[0].ssrc = 0x7000
        publisher.layers[0].sequenceNumber = 40_000
        publisher.layers[0].timestampBase = 0x8765_4321
        publisher.layers[0].wantsKeyFrame = true
        room.run(.seconds(2))
        #expect(viewer.frames.count > before + 55)
        #expect(viewer.complaints == [])
        #expect(viewer.undecodable == 0)
        let counters = room.stage.router.counters
        #expect(counters.streamRestarts == 1)
    }

    @Test func `a late joiner sees a picture soon and costs one key frame`() throws {
        var room = Simulation(seed: 41)
        let publisher = camera(1)
        let source = try room.addPeer(publisher)
        let track = try room.stage.publish(room.peers[source].handle, description(1))
        room.run(.seconds(3))
        let before = publisher.keyFrameCount
        var viewers: [SyntheticSubscriber] = []
        for index in 0..<5 {
            let peer = try room.addPeer()
            let viewer = SyntheticSubscriber(ssrc: UInt32(0x9000 + 0x10 * index))
            room.peers[peer].subscribers = [viewer]
            viewers.append(viewer)
            _ = try room.stage.subscribe(
                room.peers[peer].handle,
                to: track,
                Sample.videoSubscription(ssrc: viewer.ssrc)
            )
        }
        let start = room.stage.now
        room.run(.seconds(2))
        #expect(publisher.keyFrameCount - before == 1)
        for viewer in viewers {
            let first = try #require(viewer.frames.first)
            #expect(first.isKeyFrame)
            #expect(first.at - start < .milliseconds(100))
            #expect(viewer.undecodable == 0)
        }
    }
}
