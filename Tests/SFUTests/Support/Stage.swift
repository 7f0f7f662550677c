import RTP
import SFU
import Wire

/// A router with its clock, its sink and its randomness: a room in which a test plays.
struct Stage: ~Copyable {
    var router = Router()
    var sink = CapturingSink()
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    var generator: SeededGenerator
    let room: RoomHandle
    private var nextID: UInt64 = 1

    init(seed: UInt64 = 1) {
        generator = SeededGenerator(seed)
        room = router.createRoom(id: 1)
    }

    mutating func join(
        ready: Bool = true,
        options: ParticipantOptions = ParticipantOptions()
    ) throws -> ParticipantHandle {
        defer { nextID += 1 }
        let handle = try router.join(room, id: nextID, options: options, at: now, using: &generator)
        if ready { router.setReady(handle, at: now) }
        return handle
    }

    mutating func publish(
        _ participant: ParticipantHandle,
        _ description: PublicationDescription
    ) throws -> PublicationHandle {
        try router.publish(participant, description)
    }

    mutating func subscribe(
        _ participant: ParticipantHandle,
        to publication: PublicationHandle,
        _ description: SubscriptionDescription
    ) throws -> SubscriptionHandle {
        try router.subscribe(participant, to: publication, description, at: now, using: &generator)
    }

    mutating func receive(_ packet: TestPacket, from participant: ParticipantHandle) {
        receive(packet.bytes, from: participant)
    }

    mutating func receive(_ bytes: [UInt8], from participant: ParticipantHandle) {
        router.receiveRTP(bytes.rawSpan, from: participant, at: now, sink: &sink)
    }

    mutating func receiveControl(_ bytes: [UInt8], from participant: ParticipantHandle) {
        router.receiveRTCP(bytes.rawSpan, from: participant, at: now, sink: &sink)
    }

    /// Goes on in time, doing what becomes due on the way.
    mutating func advance(_ interval: TimeInterval = .zero) {
        let end = now + interval
        while let deadline = router.nextDeadline, deadline <= end {
            now = max(now, deadline)
            router.advance(to: now, sink: &sink)
        }
        now = end
    }

    /// The media that was sent since the last look, to one participant.
    mutating func media(to participant: ParticipantHandle, keepingControl: Bool = false) -> [TestPacket] {
        sink.drain().filter { !$0.packet.isControl && $0.packet.destination == participant }.compactMap {
            TestPacket($0.bytes)
        }
    }

    /// The RTCP packets that were sent since the last look, to one participant.
    mutating func control(to participant: ParticipantHandle) -> [TestControl] {
        sink.drain().filter { $0.packet.isControl && $0.packet.destination == participant }.map {
            TestControl($0.bytes)
        }
    }

    /// The round trip that the router thinks it takes.
    func roundTrip(to participant: ParticipantHandle) -> TimeInterval {
        router.roundTripTime(of: participant) ?? .zero
    }

    mutating func events() -> [RouterEvent] {
        var events: [RouterEvent] = []
        while let event = router.nextEvent() { events.append(event) }
        return events
    }
}

/// Descriptions that most tests use.
enum Sample {
    static let midID: UInt8 = 1
    static let sendTimeID: UInt8 = 2
    static let transportID: UInt8 = 3
    static let ridID: UInt8 = 4
    static let repairedRIDID: UInt8 = 5
    static let audioLevelID: UInt8 = 6

    static func id(_ value: UInt8) -> HeaderExtensionID { HeaderExtensionID(value) ?? id(1) }
    static func mid(_ text: String) -> MID { MID(text) ?? mid("0") }
    static func rid(_ text: String) -> RID { RID(text) ?? rid("r") }

    static let extensions = [
        HeaderExtensionMapping(id: id(midID), kind: .mid),
        HeaderExtensionMapping(id: id(sendTimeID), kind: .absoluteSendTime),
        HeaderExtensionMapping(id: id(transportID), kind: .transportSequenceNumber),
        HeaderExtensionMapping(id: id(ridID), kind: .rid),
        HeaderExtensionMapping(id: id(repairedRIDID), kind: .repairedRID),
        HeaderExtensionMapping(id: id(audioLevelID), kind: .audioLevel),
    ]

    static func video(
        _ codec: Codec = .vp8,
        mid: String = "v",
        encodings: [EncodingDescription] = [EncodingDescription(ssrc: SSRC(0x1000), retransmissionSSRC: SSRC(0x1001))]
    ) -> PublicationDescription {
        PublicationDescription(
            kind: .video,
            mid: Self.mid(mid),
            encodings: encodings,
            codecs: [
                PublicationCodec(
                    codec: codec,
                    payloadType: PayloadType(96),
                    retransmissionPayloadType: PayloadType(97),
                    clockRate: 90_000,
                    acceptsNACK: true
                )
            ],
            extensions: extensions
        )
    }

    static func audio(mid: String = "a", ssrc: UInt32? = 0x2000) -> PublicationDescription {
        PublicationDescription(
            kind: .audio,
            mid: Self.mid(mid),
            encodings: [EncodingDescription(ssrc: ssrc.map { SSRC($0) })],
            codecs: [
                PublicationCodec(codec: .opus, payloadType: PayloadType(111), clockRate: 48_000, acceptsNACK: false),
                PublicationCodec(codec: .red, payloadType: PayloadType(63), clockRate: 48_000, acceptsNACK: false),
            ],
            extensions: extensions,
            acceptsKeyFrameRequests: false
        )
    }

    static let simulcast = ["q", "h", "f"].map { EncodingDescription(rid: rid($0)) }

    static func videoSubscription(ssrc: UInt32 = 0x9000) -> SubscriptionDescription {
        SubscriptionDescription(
            ssrc: SSRC(ssrc),
            retransmissionSSRC: SSRC(ssrc + 1),
            mid: mid("7"),
            payloadTypes: [
                PayloadTypeMapping(from: PayloadType(96), to: PayloadType(120), retransmission: PayloadType(121))
            ],
            extensions: [
                HeaderExtensionMapping(id: id(9), kind: .mid),
                HeaderExtensionMapping(id: id(10), kind: .absoluteSendTime),
                HeaderExtensionMapping(id: id(11), kind: .transportSequenceNumber),
            ]
        )
    }

    static func audioSubscription(ssrc: UInt32 = 0xA000) -> SubscriptionDescription {
        SubscriptionDescription(
            ssrc: SSRC(ssrc),
            mid: mid("8"),
            payloadTypes: [PayloadTypeMapping(from: PayloadType(111), to: PayloadType(109))],
            extensions: [HeaderExtensionMapping(id: id(12), kind: .audioLevel)]
        )
    }
}
