import RTP
import Testing
import Wire

@testable import SFU

private let key = vp8(pictureID: 1, isKeyFrame: true)
private let delta = vp8(pictureID: 2)

@Suite("Reports, feedback and goodbyes")
struct ReportTests {
    @Test func `no sender report before the first packet, then the publisher's clock on our timestamps`() throws {
        var duet = try Duet()
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 100 << 32, timestamp: 500), from: duet.publisher)
        duet.stage.advance(.milliseconds(1500))
        #expect(duet.stage.control(to: duet.viewer).allSatisfy { $0.senderReport == nil })
        let sent = try #require(duet.send(1, timestamp: 135_500, key).first)
        _ = duet.send(2, timestamp: 135_500, delta)
        let before = duet.stage.now
        var report: SenderReport?
        while report == nil {
            duet.stage.advance(.milliseconds(10))
            report = duet.stage.control(to: duet.viewer).compactMap(\.senderReport).first
        }
        let found = try #require(report)
        #expect(found.sender == SSRC(0x9000))
        #expect(found.packetCount == 2)
        #expect(found.octetCount == UInt32(key.count + delta.count))
        // The offset between both clocks is that of the packets.
        let ticks = Double(found.ntp.rawValue &- 100 << 32) / 4_294_967_296 * 90_000
        let expected = Double(found.timestamp.rawValue &- (sent.timestamp &- 135_500) &- 500)
        #expect(abs(ticks - expected) < 2)
        #expect(duet.stage.now - before < .milliseconds(1000))
    }

    @Test func `reports never go back, and wait for a clock from after a switch`() throws {
        var duet = try Duet()
        _ = duet.send(1, timestamp: 1000, marker: true, key)
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 100 << 32, timestamp: 1000), from: duet.publisher)
        duet.stage.advance(.milliseconds(2000))
        #expect(!duet.stage.control(to: duet.viewer).compactMap(\.senderReport).isEmpty)
        // A clock that jumps back says nothing.
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 90 << 32, timestamp: 1000), from: duet.publisher)
        duet.stage.advance(.milliseconds(2000))
        #expect(duet.stage.control(to: duet.viewer).compactMap(\.senderReport).isEmpty)
        // After a pause the old clock may stand on another offset.
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 110 << 32, timestamp: 400_000), from: duet.publisher)
        duet.stage.now = duet.stage.now + .milliseconds(10)
        try duet.stage.router.pause(duet.subscription, at: duet.stage.now)
        try duet.stage.router.resume(duet.subscription, at: duet.stage.now)
        _ = duet.send(2, timestamp: 500_000, key)
        duet.stage.advance(.milliseconds(1500))
        #expect(duet.stage.control(to: duet.viewer).compactMap(\.senderReport).isEmpty)
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 120 << 32, timestamp: 900_000), from: duet.publisher)
        duet.stage.advance(.milliseconds(1500))
        #expect(!duet.stage.control(to: duet.viewer).compactMap(\.senderReport).isEmpty)
    }

    @Test func `a publisher hears of its own losses, a subscriber's are not passed on`() throws {
        var duet = try Duet()
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 0x1122_3344_5566_7788, timestamp: 1), from: duet.publisher)
        _ = duet.send(1, key)
        _ = duet.send(3, timestamp: 4000, delta)
        duet.stage.receiveControl(
            .receiverReport([ReportBlock(ssrc: SSRC(0x9000), fractionLost: 200, cumulativeLost: 5000)]),
            from: duet.viewer
        )
        duet.stage.advance(.milliseconds(1300))
        let bytes = try #require(
            duet.stage.control(to: duet.publisher).compactMap { $0.bytes(.receiverReport) }.first
        )
        let report = try ReceiverReport(parsing: bytes.rawSpan)
        let first = report.block(0, in: bytes.rawSpan)
        let block = try #require(first)
        #expect(block.ssrc == SSRC(0x1000))
        #expect(block.cumulativeLost == 1)
        #expect(block.fractionLost == 85)
        #expect(block.highestSequenceNumber & 0xFFFF == 3)
        #expect(block.lastSenderReport == 0x3344_5566)
        #expect(block.delaySinceLastSenderReport > 0)
    }

    @Test func `every report names us, and asks for the round trip`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        duet.stage.advance(.milliseconds(1300))
        let control = try #require(duet.stage.control(to: duet.publisher).first { $0.bytes(.receiverReport) != nil })
        let names = try #require(control.bytes(.sourceDescription))
        var reader = try SourceDescription(parsing: names.rawSpan)
        let next = try reader.next(in: names.rawSpan)
        let item = try #require(next)
        #expect(item.type == SourceDescription.canonicalName)
        #expect(item.range.count == 16)
        // The publisher answers our reference time after 30 ms, of which it kept 10.
        let extended = try #require(control.bytes(.extendedReport))
        var blocks = try ExtendedReport(parsing: extended.rawSpan)
        let sender = blocks.sender
        let nextBlock = try blocks.next(in: extended.rawSpan)
        let block = try #require(nextBlock)
        let time = try ReceiverReferenceTime(parsing: extended.rawSpan.extracting(block.range))
        let handle = duet.publisher
        let before = duet.stage.roundTrip(to: handle)
        var answer = DelaySinceLastReceiverReport(
            receiver: sender,
            lastReceiverReport: time.ntp.middle,
            delay: 655
        )
        let sentAt = MonotonicTime(
            nanoseconds: (time.ntp.rawValue >> 32 &- 2_208_988_800) * 1_000_000_000
                + ((time.ntp.rawValue & 0xFFFF_FFFF) * 1_000_000_000) >> 32
        )
        duet.stage.now = sentAt + .milliseconds(30)
        duet.stage.receiveControl(
            .control { try DelaySinceLastReceiverReport.write([answer].span, sender: SSRC(0x1000), to: &$0) },
            from: duet.publisher
        )
        let after = duet.stage.roundTrip(to: handle)
        #expect(abs(after.nanoseconds - (before.nanoseconds * 7 + 20_000_000) / 8) < 20_000)
        // One that is not ours says nothing.
        answer.receiver = SSRC(1)
        duet.stage.receiveControl(
            .control { try DelaySinceLastReceiverReport.write([answer].span, sender: SSRC(0x1000), to: &$0) },
            from: duet.publisher
        )
        let unchanged = duet.stage.roundTrip(to: handle)
        #expect(unchanged == after)
    }

    @Test func `a reference time is answered`() throws {
        var duet = try Duet()
        duet.stage.receiveControl(
            .control {
                try ReceiverReferenceTime(ntp: NTPTimestamp(0x0102_0304_0506_0708)).write(sender: SSRC(0x55), to: &$0)
            },
            from: duet.viewer
        )
        duet.stage.advance(.milliseconds(1300))
        let bytes = try #require(duet.stage.control(to: duet.viewer).compactMap { $0.bytes(.extendedReport) }.first)
        var report = try ExtendedReport(parsing: bytes.rawSpan)
        let next = try report.next(in: bytes.rawSpan)
        let block = try #require(next)
        let answer = try DelaySinceLastReceiverReport(parsing: bytes.rawSpan.extracting(block.range))
        #expect(answer.receiver == SSRC(0x55))
        #expect(answer.lastReceiverReport == 0x0304_0506)
        #expect(answer.delay > 0)
    }

    @Test func `the round trip to a subscriber comes from its reports`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 100 << 32, timestamp: 500), from: duet.publisher)
        duet.stage.advance(.milliseconds(1200))
        let control = duet.stage.sink.drain().filter { $0.packet.isControl && $0.packet.destination == duet.viewer }
        let report = try #require(control.compactMap { TestControl($0.bytes).senderReport }.last)
        let block = ReportBlock(
            ssrc: SSRC(0x9000),
            lastSenderReport: report.ntp.middle,
            delaySinceLastSenderReport: 0
        )
        let before = duet.stage.roundTrip(to: duet.viewer)
        duet.stage.receiveControl(.receiverReport([block]), from: duet.viewer)
        let after = duet.stage.roundTrip(to: duet.viewer)
        #expect(after != before)
        let other = ReportBlock(ssrc: SSRC(0x9000), lastSenderReport: 1, delaySinceLastSenderReport: 0)
        duet.stage.receiveControl(.receiverReport([other]), from: duet.viewer)
        let unchanged = duet.stage.roundTrip(to: duet.viewer)
        #expect(unchanged == after)
    }

    @Test func `a goodbye ends one stream and nothing else`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        _ = duet.stage.events()
        let goodbye = [UInt8].control { try Goodbye.write([SSRC(0x1000)].span, to: &$0) }
        duet.stage.receiveControl(goodbye, from: duet.publisher)
        #expect(
            duet.stage.events() == [.encodingEnded(duet.track, encoding: 0)]
        )
        duet.stage.advance(.milliseconds(1300))
        // It is not passed on.
        #expect(duet.stage.control(to: duet.viewer).allSatisfy { $0.bytes(.goodbye) == nil })
        // The track goes on with another SSRC, found by its MID.
        let names = [TestPacket.TestExtension(id: Sample.midID, value: Array("v".utf8))]
        #expect(duet.send(77, timestamp: 5, ssrc: 0x7777, extensions: names, key).count == 1)
    }

    @Test func `subscribers get a goodbye when their stream ends`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        _ = duet.stage.events()
        duet.stage.router.unpublish(duet.track, at: duet.stage.now)
        duet.stage.advance(.milliseconds(5))
        let bytes = try #require(duet.stage.control(to: duet.viewer).compactMap { $0.bytes(.goodbye) }.first)
        let goodbye = try Goodbye(parsing: bytes.rawSpan)
        #expect(goodbye.count == 1)
        let ssrc = goodbye.ssrc(0, in: bytes.rawSpan)
        #expect(ssrc == SSRC(0x9000))
        #expect(
            duet.stage.events() == [.subscriptionEnded(duet.subscription), .publicationEnded(duet.track)]
        )
        #expect(duet.send(2, timestamp: 4000, key) == [])
    }

    @Test func `participants that want compound packets get them`() throws {
        var stage = Stage()
        let publisher = try stage.join(options: ParticipantOptions(reducedSizeRTCP: false))
        let viewer = try stage.join()
        let track = try stage.publish(publisher, Sample.video())
        _ = try stage.subscribe(viewer, to: track, Sample.videoSubscription())
        var packet = TestPacket()
        packet.payload = delta
        packet.extensions = [.init(id: Sample.transportID, value: [0, 1])]
        stage.receive(packet, from: publisher)
        packet.sequenceNumber = 5
        stage.receive(packet, from: publisher)
        stage.advance(.milliseconds(1500))
        let packets = stage.control(to: publisher)
        #expect(packets.contains { $0.pictureLoss != nil })
        #expect(packets.contains { !$0.lost.isEmpty })
        #expect(packets.contains { $0.bytes(.transportFeedback, 15) != nil })
        for control in packets {
            #expect(control.messages.first?.type == 201)
            #expect(control.messages.dropFirst().first?.type == 202)
        }
    }

    @Test func `encoders without transport-wide feedback get REMB, which rises`() throws {
        var stage = Stage()
        let publisher = try stage.join()
        var description = Sample.video()
        description.extensions.removeAll { $0.kind == .transportSequenceNumber }
        _ = try stage.publish(publisher, description)
        var estimates: [UInt64] = []
        var packet = TestPacket()
        packet.payload = key
        for step in 0..<200 {
            packet.sequenceNumber = UInt16(step)
            packet.timestamp = UInt32(step * 4500)
            stage.receive(packet, from: publisher)
            stage.advance(.milliseconds(50))
            for control in stage.control(to: publisher) {
                guard let bytes = control.bytes(.payloadFeedback, 15) else { continue }
                estimates.append(try ReceiverEstimatedMaximumBitrate(parsing: bytes.rawSpan).bitsPerSecond)
            }
        }
        #expect(estimates.count >= 9)
        #expect(zip(estimates, estimates.dropFirst()).allSatisfy { $0 < $1 })
        #expect((estimates.first ?? 0) > 2_000_000)
    }

    @Test func `messages that mean nothing to us are passed over, broken ones end the packet`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        duet.stage.now = duet.stage.now + .seconds(1)
        // APP, an unknown type, an XR without blocks, a report without blocks, and then a PLI.
        var bytes: [UInt8] = [0x80, 204, 0, 2, 0, 0, 0, 1, 0x61, 0x62, 0x63, 0x64]
        bytes += [0x80, 250, 0, 0]
        bytes += [0x80, 207, 0, 1, 0, 0, 0, 1]
        bytes += [0x80, 201, 0, 1, 0, 0, 0, 1]
        bytes += .pictureLoss(0x9000)
        duet.stage.receiveControl(bytes, from: duet.viewer)
        duet.stage.advance()
        #expect(duet.stage.control(to: duet.publisher).contains { $0.pictureLoss != nil })
        var counters = duet.stage.router.counters
        #expect(counters.ignoredControlMessages == 2)
        #expect(counters.malformedControlPackets == 0)
        duet.stage.receiveControl([0x80, 201, 0, 9, 0], from: duet.viewer)
        counters = duet.stage.router.counters
        #expect(counters.malformedControlPackets == 1)
    }
}
