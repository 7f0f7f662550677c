import RTP
import Testing
import Wire

@testable import SFU

private let key = vp8(pictureID: 1, isKeyFrame: true)

@Suite("Where packets belong")
struct BindingTests {
    private func names(_ mid: String?, rid: String? = nil, repaired: String? = nil) -> [TestPacket.TestExtension] {
        var extensions: [TestPacket.TestExtension] = []
        if let mid { extensions.append(.init(id: Sample.midID, value: Array(mid.utf8))) }
        if let rid { extensions.append(.init(id: Sample.ridID, value: Array(rid.utf8))) }
        if let repaired { extensions.append(.init(id: Sample.repairedRIDID, value: Array(repaired.utf8))) }
        return extensions
    }

    @Test func `MID and RID find the encoding, and the SSRC stands for them from then on`() throws {
        var duet = try Duet(Sample.video(encodings: Sample.simulcast))
        #expect(duet.send(1, ssrc: 0x51, extensions: names("v", rid: "h"), key).count == 1)
        #expect(duet.send(2, timestamp: 4000, ssrc: 0x51, vp8(pictureID: 2)).count == 1)
        // Its retransmissions.
        #expect(
            duet.send(
                9,
                timestamp: 7000,
                ssrc: 0x52,
                payloadType: 97,
                extensions: names("v", repaired: "h"),
                [0, 3] + vp8(pictureID: 3)
            ).count == 1
        )
        #expect(
            duet.stage.events().contains(.encodingStarted(duet.track, encoding: 1, ssrc: SSRC(0x51)))
        )
    }

    @Test func `a stream without names is told by a payload type that only one track has`() throws {
        var description = Sample.video(encodings: [EncodingDescription()])
        description.mid = Sample.mid("x")
        var duet = try Duet(description)
        #expect(duet.send(1, ssrc: 0x99, key).count == 1)
        // Another one cannot take its place without a name.
        #expect(duet.send(2, ssrc: 0x9A, key) == [])
        #expect(duet.send(2, ssrc: 0x9A, extensions: names("x"), key).count == 1)
        #expect(duet.send(3, ssrc: 0x99, key) == [])
    }

    @Test func `unknown streams are told about once and remembered in bounds`() throws {
        var duet = try Duet()
        _ = duet.stage.events()
        for round in 0..<3 {
            for index in 0..<4 {
                _ = duet.send(UInt16(round), ssrc: UInt32(0x8000 + index), extensions: names("nobody"), key)
            }
        }
        #expect(
            duet.stage.events()
                == (0..<4).map {
                    .unknownSSRC(duet.publisher, ssrc: SSRC(UInt32(0x8000 + $0)), payloadType: PayloadType(96))
                }
        )
        for index in 0..<5000 { _ = duet.send(1, ssrc: UInt32(0x10_0000 + index), extensions: names("nobody"), key) }
        let counters = duet.stage.router.counters
        #expect(counters.unknownSSRCPackets == 5012)
        #expect(duet.stage.events().count <= Limits.eventCount)
        // Those that are known are not disturbed.
        #expect(duet.send(1, key).count == 1)
    }

    @Test func `ids of header extensions are exchanged, and unknown ones end here`() throws {
        var subscription = Sample.audioSubscription()
        subscription.extensions = [HeaderExtensionMapping(id: Sample.id(3), kind: .audioLevel)]
        var duet = try Duet(Sample.audio(), subscription)
        let sent = try #require(
            duet.send(
                1,
                ssrc: 0x2000,
                payloadType: 111,
                extensions: [
                    .init(id: Sample.transportID, value: [1, 2]), .init(id: Sample.audioLevelID, value: [0x85]),
                    .init(id: 13, value: [1, 2, 3, 4]), .init(id: Sample.midID, value: Array("a".utf8)),
                ],
                [7]
            ).first
        )
        #expect(sent.extensions == [.init(id: 3, value: [0x85])])
        #expect(!sent.isTwoByte)
    }

    @Test func `the two-byte form is used where it is needed and allowed`() throws {
        for allowed in [false, true] {
            var subscription = Sample.audioSubscription()
            subscription.allowsTwoByteExtensions = allowed
            subscription.extensions = [
                HeaderExtensionMapping(id: Sample.id(20), kind: .audioLevel),
                HeaderExtensionMapping(id: Sample.id(2), kind: .absoluteSendTime),
            ]
            var duet = try Duet(Sample.audio(), subscription)
            let sent = try #require(
                duet.send(
                    1,
                    ssrc: 0x2000,
                    payloadType: 111,
                    extensions: [.init(id: Sample.audioLevelID, value: [0x85])],
                    [7]
                ).first
            )
            #expect(sent.isTwoByte == allowed)
            #expect(sent.value(20) == (allowed ? [0x85] : nil))
            #expect(sent.value(2)?.count == 3)
        }
    }

    @Test(arguments: [HeaderExtensionKind.mid, .absoluteSendTime, .transportSequenceNumber])
    func `a high id of ours makes the form the two-byte one`(kind: HeaderExtensionKind) throws {
        var subscription = Sample.videoSubscription()
        subscription.allowsTwoByteExtensions = true
        subscription.extensions = [HeaderExtensionMapping(id: Sample.id(200), kind: kind)]
        var duet = try Duet(Sample.video(), subscription)
        let sent = try #require(duet.send(1, key).first)
        #expect(sent.isTwoByte)
        #expect(sent.extensions.map(\.id) == [200])
    }

    @Test func `a publisher's two-byte form becomes the subscriber's one-byte form`() throws {
        var duet = try Duet(Sample.audio(), Sample.audioSubscription())
        var packet = TestPacket()
        packet.ssrc = 0x2000
        packet.payloadType = 111
        packet.isTwoByte = true
        packet.extensions = [.init(id: Sample.audioLevelID, value: [0x11])]
        packet.payload = [1]
        duet.stage.receive(packet, from: duet.publisher)
        let sent = try #require(duet.stage.media(to: duet.viewer).first)
        #expect(sent.extensions == [.init(id: 12, value: [0x11])])
        #expect(!sent.isTwoByte)
    }

    @Test func `the MID goes along until a report names the stream`() throws {
        var duet = try Duet()
        #expect(duet.send(1, key).first?.value(9) == Array("7".utf8))
        #expect(duet.send(2, key).first?.value(9) == Array("7".utf8))
        duet.stage.receiveControl(.receiverReport([ReportBlock(ssrc: SSRC(0x9000))]), from: duet.viewer)
        #expect(duet.send(3, key).first?.value(9) == nil)
        var always = Sample.videoSubscription()
        always.alwaysSendsMID = true
        var other = try Duet(Sample.video(), always)
        _ = other.send(1, key)
        other.stage.receiveControl(.receiverReport([ReportBlock(ssrc: SSRC(0x9000))]), from: other.viewer)
        #expect(other.send(2, key).first?.value(9) == Array("7".utf8))
    }

    @Test func `transport-wide numbers count all streams of a subscriber`() throws {
        var duet = try Duet()
        let second = try duet.stage.publish(
            duet.publisher,
            Sample.video(mid: "w", encodings: [EncodingDescription(ssrc: SSRC(0x3000))])
        )
        _ = try duet.stage.subscribe(duet.viewer, to: second, Sample.videoSubscription(ssrc: 0xB000))
        var numbers: [[UInt8]?] = []
        var last: TestPacket?
        for index in 0..<4 {
            let sent = duet.send(UInt16(index), ssrc: index % 2 == 0 ? 0x1000 : 0x3000, key)
            numbers += sent.map { $0.value(11) }
            last = sent.last
        }
        duet.stage.receiveControl(.nack(0xB000, [try #require(last).sequenceNumber]), from: duet.viewer)
        numbers += duet.stage.media(to: duet.viewer).map { $0.value(11) }
        #expect(numbers == [[0, 1], [0, 2], [0, 3], [0, 4], [0, 5]])
    }

    @Test(arguments: 0..<50)
    func `first numbers leave room before the wrap`(seed: Int) throws {
        var stage = Stage(seed: UInt64(seed))
        let publisher = try stage.join()
        let viewer = try stage.join()
        let track = try stage.publish(publisher, Sample.video())
        _ = try stage.subscribe(viewer, to: track, Sample.videoSubscription())
        var packet = TestPacket()
        packet.sequenceNumber = 0xFFFF
        packet.payload = key
        stage.receive(packet, from: publisher)
        packet.sequenceNumber = 0xFFFE
        stage.receive(packet, from: publisher)
        packet.sequenceNumber = 0
        stage.receive(packet, from: publisher)
        let sent = stage.media(to: viewer)
        #expect(sent.count == 2)
        let first = try #require(sent.first).sequenceNumber
        #expect((2..<0x8000).contains(first))
        #expect(sent.last?.sequenceNumber == first + 1)
        stage.receiveControl(.nack(0x9000, [first]), from: viewer)
        let again = try #require(stage.media(to: viewer).first)
        #expect((2..<0x8000).contains(again.sequenceNumber))
    }
}
