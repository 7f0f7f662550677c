import RTP
import Testing
import Wire

@testable import SFU

@Suite("Layers of simulcast")
struct LayerTests {
    private static let choices: [(UInt32, Int, Int?, Int?)] = [
        // Alive, maximum, current, target.
        (0b111, 3, nil, 2), (0b011, 3, 2, 1), (0b111, 1, 2, 1), (0b111, 0, 2, 0), (0b100, 0, nil, 2),
        (0, 3, 1, 1), (0, 3, nil, nil), (0b1000, 99, nil, 3), (0b101, 1, nil, 0), (0b110, -5, nil, 1),
    ]

    @Test(arguments: choices)
    func `the best layer that is alive and allowed is chosen`(choice: (UInt32, Int, Int?, Int?)) {
        let selector = LayerSelector(maximumEncoding: choice.1)
        #expect(selector.target(alive: choice.0, current: choice.2) == choice.3)
    }

    private static let ssrcs: [UInt32] = [0x1000, 0x1010, 0x1020]

    private func duet() throws -> Duet {
        try Duet(
            Sample.video(
                encodings: zip(["q", "h", "f"], Self.ssrcs).map {
                    EncodingDescription(rid: Sample.rid($0), ssrc: SSRC($1), retransmissionSSRC: SSRC($1 + 1))
                }
            )
        )
    }

    /// The layers that the publisher is asked for key frames of.
    private func requests(_ duet: inout Duet) -> [Int] {
        duet.stage.advance()
        return duet.stage.control(to: duet.publisher).compactMap(\.pictureLoss).compactMap {
            Self.ssrcs.firstIndex(of: $0.media.rawValue)
        }
    }

    private func key(_ id: UInt16) -> [UInt8] { vp8(pictureID: id, isKeyFrame: true) }

    @Test func `a switch waits for the clocks of both layers and a key frame, and maps the time`() throws {
        var duet = try duet()
        let low = try #require(duet.send(1, timestamp: 1000, ssrc: 0x1000, marker: true, key(1)).first)
        duet.stage.now = duet.stage.now + .milliseconds(33)
        // The upper layer starts with a key frame, but nothing is known about its clock.
        #expect(duet.send(500, timestamp: 777_000, ssrc: 0x1010, marker: true, key(50)) == [])
        #expect(requests(&duet) == [])
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 50 << 32, timestamp: 1000), from: duet.publisher)
        #expect(requests(&duet) == [])
        duet.stage.receiveControl(.senderReport(0x1010, ntp: 51 << 32, timestamp: 860_000), from: duet.publisher)
        #expect(requests(&duet) == [1])
        duet.stage.now = duet.stage.now + .milliseconds(33)
        // Not with any packet.
        #expect(duet.send(501, timestamp: 780_000, ssrc: 0x1010, vp8(pictureID: 51)) == [])
        // 776,000 of the upper layer is the moment of 1000 + 6000 of the lower one.
        let high = try #require(duet.send(502, timestamp: 776_000, ssrc: 0x1010, marker: true, key(52)).first)
        #expect(high.timestamp == low.timestamp &+ 6000)
        #expect(high.sequenceNumber == low.sequenceNumber &+ 1)
        #expect(high.payload == key(2))
        #expect(duet.send(2, timestamp: 4000, ssrc: 0x1000, vp8(pictureID: 2)) == [])
        let layers = duet.stage.events().compactMap { event in
            if case .layerChanged(_, let encoding) = event { encoding } else { nil }
        }
        #expect(layers == [0, 1])
    }

    @Test func `a layer that is far behind is asked for another key frame once`() throws {
        var duet = try duet()
        let low = try #require(duet.send(1, timestamp: 100_000, ssrc: 0x1000, marker: true, key(1)).first)
        duet.stage.receiveControl(.senderReport(0x1000, ntp: 50 << 32, timestamp: 100_000), from: duet.publisher)
        duet.stage.receiveControl(.senderReport(0x1010, ntp: 50 << 32, timestamp: 500_000), from: duet.publisher)
        duet.stage.now = duet.stage.now + .milliseconds(33)
        // 100 ms before what was sent last.
        #expect(duet.send(500, timestamp: 491_000, ssrc: 0x1010, marker: true, key(50)) == [])
        #expect(requests(&duet) == [1])
        duet.stage.now = duet.stage.now + .milliseconds(33)
        let high = try #require(duet.send(501, timestamp: 491_500, ssrc: 0x1010, marker: true, key(51)).first)
        #expect(high.timestamp == low.timestamp &+ 1)
    }

    @Test func `without the clock of a layer that has died, the time that passed decides`() throws {
        var duet = try duet()
        let low = try #require(duet.send(1, timestamp: 1000, ssrc: 0x1000, marker: true, key(1)).first)
        duet.stage.advance(.milliseconds(800))
        _ = duet.send(500, timestamp: 777_000, ssrc: 0x1010, marker: true, key(50))
        duet.stage.advance(.milliseconds(700))
        #expect(
            duet.stage.events().contains(.encodingEnded(duet.track, encoding: 0))
        )
        let high = try #require(duet.send(501, timestamp: 840_000, ssrc: 0x1010, marker: true, key(51)).first)
        #expect(high.timestamp == low.timestamp &+ 135_000)
    }

    @Test func `the maximum of a subscription is kept and can be changed`() throws {
        var duet = try duet()
        try duet.stage.router.setMaximumEncoding(0, of: duet.subscription, at: duet.stage.now)
        for (index, ssrc) in Self.ssrcs.enumerated() {
            duet.stage.receiveControl(.senderReport(ssrc, ntp: 50 << 32, timestamp: 1000), from: duet.publisher)
            let sent = duet.send(1, timestamp: 1000, ssrc: ssrc, marker: true, key(1))
            #expect(sent.count == (index == 0 ? 1 : 0))
        }
        _ = requests(&duet)
        duet.stage.now = duet.stage.now + .seconds(1)
        try duet.stage.router.setMaximumEncoding(2, of: duet.subscription, at: duet.stage.now)
        #expect(requests(&duet) == [2])
        #expect(duet.send(2, timestamp: 91_000, ssrc: 0x1000, vp8(pictureID: 2)).count == 1)
        #expect(duet.send(2, timestamp: 94_000, ssrc: 0x1020, marker: true, key(2)).count == 1)
        #expect(duet.send(3, timestamp: 94_000, ssrc: 0x1000, vp8(pictureID: 3)) == [])
    }
}
