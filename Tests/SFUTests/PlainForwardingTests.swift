import RTP
import SFU
import Testing
import Wire

@Suite("Forwarding, the plain case")
struct PlainForwardingTests {
    @Test func `a key frame reaches the subscriber with its own names`() throws {
        var stage = Stage()
        let publisher = try stage.join()
        let subscriber = try stage.join()
        let track = try stage.publish(publisher, Sample.video())
        _ = try stage.subscribe(subscriber, to: track, Sample.videoSubscription())
        var packet = TestPacket()
        packet.sequenceNumber = 0xFFFF
        packet.timestamp = 1000
        packet.marker = true
        packet.csrcs = [5, 6]
        packet.payload = vp8(pictureID: 100, isKeyFrame: true)
        packet.extensions = [.init(id: Sample.transportID, value: [0, 1])]
        stage.receive(packet, from: publisher)
        let sent = stage.media(to: subscriber)
        let first = try #require(sent.first)
        #expect(sent.count == 1)
        #expect(first.ssrc == 0x9000)
        #expect(first.payloadType == 120)
        #expect(first.marker)
        #expect(first.csrcs == [5, 6])
        #expect(first.payload == packet.payload)
        #expect((2..<0x8000).contains(first.sequenceNumber))
        #expect(first.value(9) == Array("7".utf8))
        #expect(first.value(10)?.count == 3)
        #expect(first.value(11) == [0, 1])
    }
}
