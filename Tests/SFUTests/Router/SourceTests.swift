import RTP
import Testing
import Wire

@testable import SFU

/// One publisher and one viewer of one video track, both ready.
struct Duet: ~Copyable {
    var stage: Stage
    let publisher: ParticipantHandle
    let viewer: ParticipantHandle
    let track: PublicationHandle
    let subscription: SubscriptionHandle
    private var first: UInt16?
    /// Numbers that a test wants to come back to.
    var kept: [UInt16] = []

    init(
        _ description: PublicationDescription = Sample.video(),
        _ subscriptionDescription: SubscriptionDescription = Sample.videoSubscription()
    ) throws {
        var stage = Stage()
        let publisher = try stage.join()
        let viewer = try stage.join()
        let track = try stage.publish(publisher, description)
        let subscription = try stage.subscribe(viewer, to: track, subscriptionDescription)
        stage.advance()
        _ = stage.sink.drain()
        self.init(stage, publisher, viewer, track, subscription)
    }

    private init(
        _ stage: consuming Stage,
        _ publisher: ParticipantHandle,
        _ viewer: ParticipantHandle,
        _ track: PublicationHandle,
        _ subscription: SubscriptionHandle
    ) {
        self.stage = stage
        self.publisher = publisher
        self.viewer = viewer
        self.track = track
        self.subscription = subscription
    }

    /// Sends a packet and returns what the viewer gets for it.
    mutating func send(
        _ number: UInt16,
        timestamp: UInt32 = 1000,
        ssrc: UInt32 = 0x1000,
        marker: Bool = false,
        payloadType: UInt8 = 96,
        padding: UInt8 = 0,
        extensions: [TestPacket.TestExtension] = [],
        _ payload: [UInt8]
    ) -> [TestPacket] {
        var packet = TestPacket()
        packet.sequenceNumber = number
        packet.timestamp = timestamp
        packet.ssrc = ssrc
        packet.marker = marker
        packet.payloadType = payloadType
        packet.padding = padding
        packet.extensions = extensions
        packet.payload = payload
        stage.receive(packet, from: publisher)
        return stage.media(to: viewer)
    }

    /// The numbers that the viewer gets for a packet, counted from the first one of all.
    mutating func numbers(_ packets: [TestPacket]) -> [Int] {
        if first == nil { first = packets.first?.sequenceNumber }
        return packets.map { Int(Int16(bitPattern: $0.sequenceNumber &- (first ?? 0))) }
    }

    /// Sends a packet of retransmissions.
    mutating func repair(
        _ number: UInt16,
        as own: UInt16,
        timestamp: UInt32 = 1000,
        marker: Bool = false,
        _ payload: [UInt8]
    )
        -> [TestPacket]
    {
        send(
            own,
            timestamp: timestamp,
            ssrc: 0x1001,
            marker: marker,
            payloadType: 97,
            [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)] + payload
        )
    }
}

private let key = vp8(pictureID: 1, isKeyFrame: true)
private let delta = vp8(pictureID: 2)

@Suite("What subscribers get of a publisher's packets")
struct SourceTests {
    @Test func `nothing is forwarded before a key frame`() throws {
        var duet = try Duet()
        #expect(duet.send(1, delta) == [])
        #expect(duet.send(2, timestamp: 4000, key).count == 1)
        #expect(duet.send(3, timestamp: 7000, delta).count == 1)
    }

    @Test func `parts of a key frame that come before its start follow it`() throws {
        var duet = try Duet()
        let rest = vp8(pictureID: 1, isStart: false)
        #expect(duet.send(12, marker: true, rest) == [])
        #expect(duet.send(11, rest) == [])
        let sent = duet.send(10, key)
        try #require(sent.count == 3)
        #expect(duet.numbers(sent) == [0, 1, 2])
        #expect(sent.map(\.marker) == [false, false, true])
        #expect(duet.numbers(duet.send(13, timestamp: 4000, delta)) == [3])
        // They can be asked for like all others.
        duet.stage.receiveControl(.nack(0x9000, [sent[2].sequenceNumber]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer).map(\.ssrc) == [0x9001])
    }

    @Test func `padding closes up in order, fills its hole when late, and stays where it ends a picture`() throws {
        var duet = try Duet()
        #expect(duet.numbers(duet.send(1, key)) == [0])
        #expect(duet.send(2, padding: 200, []) == [])
        #expect(duet.numbers(duet.send(3, timestamp: 4000, delta)) == [1])
        #expect(duet.numbers(duet.send(5, timestamp: 4000, delta)) == [3])
        #expect(duet.numbers(duet.send(4, timestamp: 4000, padding: 9, [])) == [2])
        #expect(duet.numbers(duet.send(6, timestamp: 4000, marker: true, padding: 9, [])) == [4])
        #expect(duet.numbers(duet.send(7, timestamp: 7000, delta)) == [5])
        let counters = duet.stage.router.counters
        #expect(counters.paddingPackets == 3)
    }

    @Test func `padding behind media is taken off, and transport numbers of padding count`() throws {
        var duet = try Duet()
        let sent = duet.send(1, padding: 20, key)
        #expect(sent.first?.payload == key)
        #expect(sent.first?.padding == 0)
        _ = duet.send(2, padding: 20, extensions: [.init(id: Sample.transportID, value: [0, 9])], [])
        duet.stage.advance(.milliseconds(60))
        let feedback = duet.stage.control(to: duet.publisher).compactMap { $0.bytes(.transportFeedback, 15) }
        #expect(feedback.count == 1)
    }

    @Test func `duplicates are forwarded once, whichever copy comes first`() throws {
        var duet = try Duet()
        _ = duet.send(1, key)
        #expect(duet.send(1, key) == [])
        // The retransmission ahead of the original.
        let ahead = duet.repair(2, as: 900, timestamp: 4000, marker: true, delta)
        #expect(ahead.map(\.payload) == [delta])
        #expect(ahead.map(\.payloadType) == [120])
        #expect(duet.send(2, timestamp: 4000, marker: true, delta) == [])
        // The original ahead of the retransmission.
        #expect(duet.send(3, timestamp: 7000, delta).count == 1)
        #expect(duet.repair(3, as: 901, timestamp: 7000, delta) == [])
        // Probes with old packets do no harm.
        #expect(duet.repair(60_000, as: 902, timestamp: 1, delta) == [])
        #expect(duet.repair(60_001, as: 903, timestamp: 1, delta) == [])
        #expect(duet.send(4, timestamp: 10_000, delta).count == 1)
        let counters = duet.stage.router.counters
        #expect(counters.duplicatePackets == 3)
        #expect(counters.streamRestarts == 0)
    }

    @Test func `a publisher's retransmission is kept as what it repairs`() throws {
        var duet = try Duet()
        let first = try #require(duet.send(1, key).first)
        _ = duet.send(3, timestamp: 7000, delta)
        let repaired = try #require(duet.repair(2, as: 900, timestamp: 4000, marker: true, delta).first)
        #expect(repaired.sequenceNumber == first.sequenceNumber &+ 1)
        duet.stage.receiveControl(.nack(0x9000, [repaired.sequenceNumber]), from: duet.viewer)
        let again = try #require(duet.stage.media(to: duet.viewer).first)
        #expect(again.payloadType == 121)
        #expect(Array(again.payload.dropFirst(2)) == delta)
        #expect(again.timestamp == repaired.timestamp)
        #expect(again.marker)
    }

    @Test func `a stream that starts again waits for a key frame, and old packets cannot be had`() throws {
        var duet = try Duet()
        let old = try #require(duet.send(1, marker: true, key).first)
        #expect(duet.send(30_000, timestamp: 5, key) == [])
        #expect(duet.send(30_001, timestamp: 5, delta) == [])
        duet.stage.receiveControl(.nack(0x9000, [old.sequenceNumber]), from: duet.viewer)
        #expect(duet.stage.media(to: duet.viewer) == [])
        duet.stage.now = duet.stage.now + .milliseconds(100)
        let new = try #require(duet.send(30_002, timestamp: 900_000, key).first)
        #expect(new.sequenceNumber == old.sequenceNumber &+ 1)
        #expect(new.timestamp == old.timestamp &+ 9000)
    }

    @Test func `timestamps that jump back are a stream that started again`() throws {
        var duet = try Duet()
        let old = try #require(duet.send(1, timestamp: 500_000, marker: true, key).first)
        duet.stage.now = duet.stage.now + .milliseconds(100)
        #expect(duet.send(2, timestamp: 9, delta) == [])
        let new = try #require(duet.send(3, timestamp: 9, key).first)
        #expect(new.timestamp == old.timestamp &+ 9000)
        #expect(new.sequenceNumber == old.sequenceNumber &+ 1)
    }

    @Test func `a pause goes on with the next number, a key frame, and the time that passed`() throws {
        var duet = try Duet()
        let before = try #require(duet.send(1, timestamp: 1000, marker: true, key).first)
        try duet.stage.router.pause(duet.subscription, at: duet.stage.now)
        #expect(duet.send(2, timestamp: 4000, delta) == [])
        duet.stage.now = duet.stage.now + .seconds(1)
        try duet.stage.router.resume(duet.subscription, at: duet.stage.now)
        #expect(duet.send(3, timestamp: 91_000, delta) == [])
        let after = try #require(duet.send(4, timestamp: 91_000, key).first)
        #expect(after.sequenceNumber == before.sequenceNumber &+ 1)
        #expect(after.timestamp == before.timestamp &+ 90_000)
    }

    @Test func `a pause in the middle of a picture leaves a number out`() throws {
        var duet = try Duet()
        let before = try #require(duet.send(1, marker: false, key).first)
        try duet.stage.router.pause(duet.subscription, at: duet.stage.now)
        try duet.stage.router.resume(duet.subscription, at: duet.stage.now)
        let after = try #require(duet.send(2, timestamp: 4000, key).first)
        #expect(after.sequenceNumber == before.sequenceNumber &+ 2)
    }

    @Test func `a clock that stood still in a pause is set to the time that passed`() throws {
        var duet = try Duet()
        let before = try #require(duet.send(1, timestamp: 1000, marker: true, key).first)
        try duet.stage.router.pause(duet.subscription, at: duet.stage.now)
        duet.stage.now = duet.stage.now + .seconds(30)
        try duet.stage.router.resume(duet.subscription, at: duet.stage.now)
        let after = try #require(duet.send(2, timestamp: 4000, key).first)
        #expect(after.timestamp == before.timestamp &+ 30 * 90_000)
    }

    @Test func `silence between audio packets is no loss and keeps the clock`() throws {
        var duet = try Duet(Sample.audio(), Sample.audioSubscription())
        let level = [TestPacket.TestExtension(id: Sample.audioLevelID, value: [0x7F])]
        let first = try #require(
            duet.send(1, timestamp: 960, ssrc: 0x2000, payloadType: 111, extensions: level, [1, 2, 3]).first
        )
        duet.stage.advance(.milliseconds(400))
        let second = try #require(
            duet.send(2, timestamp: 20_160, ssrc: 0x2000, payloadType: 111, extensions: level, [4]).first
        )
        #expect(second.sequenceNumber == first.sequenceNumber &+ 1)
        #expect(second.timestamp == first.timestamp &+ 19_200)
        #expect(second.value(12) == [0x7F])
        duet.stage.advance(.seconds(2))
        let counters = duet.stage.router.counters
        #expect(counters.requestedPackets == 0)
        #expect(counters.keyFrameRequests == 0)
    }

    @Test func `audio that is paused ends in silence and goes on with the time that passed`() throws {
        var duet = try Duet(Sample.audio(), Sample.audioSubscription())
        let first = try #require(duet.send(1, timestamp: 960, ssrc: 0x2000, payloadType: 111, [1]).first)
        try duet.stage.router.pause(duet.subscription, at: duet.stage.now)
        for index in 1..<50 {
            duet.stage.now = duet.stage.now + .milliseconds(20)
            #expect(
                duet.send(UInt16(1 + index), timestamp: UInt32(960 + 960 * index), ssrc: 0x2000, payloadType: 111, [1])
                    == []
            )
            duet.stage.advance()
            let silence = duet.stage.media(to: duet.viewer)
            guard index <= 5 else {
                #expect(silence == [])
                continue
            }
            #expect(silence.map(\.payload) == [[0xFC, 0xFF, 0xFE]])
            #expect(silence.map(\.payloadType) == [109])
            #expect(silence.first?.sequenceNumber == first.sequenceNumber &+ UInt16(index))
            #expect(silence.first?.timestamp == first.timestamp &+ UInt32(960 * index))
        }
        try duet.stage.router.resume(duet.subscription, at: duet.stage.now)
        duet.stage.now = duet.stage.now + .milliseconds(20)
        let second = try #require(duet.send(51, timestamp: 48_960, ssrc: 0x2000, payloadType: 111, [1]).first)
        #expect(second.sequenceNumber == first.sequenceNumber &+ 6)
        #expect(second.timestamp == first.timestamp &+ 48_000)
        duet.stage.advance(.seconds(1))
        #expect(duet.stage.media(to: duet.viewer) == [])
    }
}
