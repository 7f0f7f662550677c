import RTP
import Testing
import Wire

@testable import SFU

/// Whatever a participant sends, the router lives on and forwards what is sound.
@Suite("Malformed packets")
struct MalformedTests {
    private static let media: [[UInt8]] = {
        var video = TestPacket()
        video.sequenceNumber = 3
        video.payload = vp8(pictureID: 5, tl0: 3, keyIndex: 2, isKeyFrame: true, data: [UInt8](repeating: 7, count: 30))
        video.csrcs = [1, 2]
        video.extensions = [
            .init(id: Sample.midID, value: Array("v".utf8)), .init(id: Sample.transportID, value: [1, 2]),
            .init(id: Sample.sendTimeID, value: [1, 2, 3]), .init(id: Sample.ridID, value: Array("q".utf8)),
        ]
        var padded = video
        padded.sequenceNumber = 4
        padded.padding = 30
        padded.isTwoByte = true
        var repair = video
        repair.ssrc = 0x1001
        repair.payloadType = 97
        repair.payload = [0, 9] + video.payload
        var audio = TestPacket()
        audio.ssrc = 0x2000
        audio.payloadType = 63
        audio.payload = [0x80 | 111, 0x0F, 0x00, 0x03, 111, 1, 2, 3, 8, 9]
        audio.extensions = [.init(id: Sample.audioLevelID, value: [0x85])]
        var other = video
        other.ssrc = 0x3000
        other.payloadType = 98
        other.payload = [0xAA, 0x80, 5, 2, 7, 0x08, 0xDD]
        var h264 = video
        h264.ssrc = 0x3000
        h264.payloadType = 99
        h264.payload = [24, 0, 3, 0x67, 1, 2, 0, 2, 0x65, 1]
        var h265 = video
        h265.ssrc = 0x3000
        h265.payloadType = 100
        h265.payload = [48 << 1, 1, 0, 3, 33 << 1, 1, 0, 0, 2, 1 << 1, 1]
        return [video, padded, repair, audio, other, h264, h265].map(\.bytes)
    }()

    private static let control: [[UInt8]] = {
        let blocks = [ReportBlock(ssrc: SSRC(0x9000), lastSenderReport: 5), ReportBlock(ssrc: SSRC(0x9001))]
        let compound: [UInt8] =
            .senderReport(0x1000, ntp: 1 << 40, timestamp: 9) + .receiverReport(blocks)
            + .control {
                try SourceDescription.write(canonicalName: Array("name".utf8).rawSpan, of: SSRC(1), to: &$0)
            } + .nack(0x9000, [1, 2, 9, 40, 30_000]) + .pictureLoss(0x9000)
        let feedback: [UInt8] =
            .control {
                let arrivals = (0..<40).map {
                    PacketArrival(
                        sequenceNumber: ExtendedSequenceNumber($0 * 2),
                        time: .zero + .milliseconds(1000 + $0)
                    )
                }
                return try TransportFeedback.write(
                    arrivals.span,
                    sender: SSRC(1),
                    media: SSRC(2),
                    feedbackCount: 1,
                    to: &$0
                ).length
            }
            + .control {
                try ReceiverEstimatedMaximumBitrate.write(
                    bitsPerSecond: 1_000_000,
                    streams: [SSRC(0x9000)].span,
                    sender: SSRC(1),
                    to: &$0
                )
            }
            + .control {
                try FullIntraRequest.write(
                    [FullIntraRequest.Entry(ssrc: SSRC(0x9000), sequenceNumber: 3)].span,
                    sender: SSRC(1),
                    to: &$0
                )
            }
        let extended: [UInt8] =
            .control { try ReceiverReferenceTime(ntp: NTPTimestamp(77 << 30)).write(sender: SSRC(5), to: &$0) }
            + .control {
                let answers = [DelaySinceLastReceiverReport(receiver: SSRC(1), lastReceiverReport: 3, delay: 4)]
                return try DelaySinceLastReceiverReport.write(answers.span, sender: SSRC(5), to: &$0)
            }
        return [compound, feedback, extended]
    }()

    private struct Room: ~Copyable {
        var router = Router()
        var sink = DiscardingSink()
        var generator = SeededGenerator(99)
        var now = MonotonicTime(nanoseconds: 1_000_000_000)
        let one: ParticipantHandle
        let two: ParticipantHandle

        /// Two participants that publish everything and subscribe to each other, and themselves.
        static func make() throws -> Room {
            var router = Router()
            var generator = SeededGenerator(99)
            let now = MonotonicTime(nanoseconds: 1_000_000_000)
            let room = router.createRoom(id: 1)
            let one = try router.join(room, id: 1, at: now, using: &generator)
            let two = try router.join(room, id: 2, at: now, using: &generator)
            var ssrc: UInt32 = 0x9000
            for (publisher, viewer) in [(one, two), (two, one)] {
                var other = Sample.video(
                    .vp9,
                    mid: "w",
                    encodings: [EncodingDescription(ssrc: SSRC(0x3000))]
                )
                other.codecs = [(Codec.vp9, UInt8(98)), (.h264, 99), (.h265, 100)].map {
                    PublicationCodec(
                        codec: $0,
                        payloadType: PayloadType($1),
                        clockRate: 90_000,
                        acceptsNACK: true
                    )
                }
                for description in [Sample.video(), Sample.audio(), other] {
                    let track = try router.publish(publisher, description)
                    var subscription = Sample.videoSubscription(ssrc: ssrc)
                    subscription.payloadTypes = [UInt8(96), 98, 99, 100, 111].map {
                        PayloadTypeMapping(
                            from: PayloadType($0),
                            to: PayloadType($0),
                            retransmission: PayloadType($0 - 50)
                        )
                    }
                    subscription.allowsTwoByteExtensions = publisher == one
                    subscription.extensions.append(HeaderExtensionMapping(id: Sample.id(6), kind: .audioLevel))
                    ssrc += 2
                    _ = try router.subscribe(viewer, to: track, subscription, at: now, using: &generator)
                }
            }
            router.setReady(one, at: now)
            router.setReady(two, at: now)
            return Room(router, one, two)
        }

        private init(_ router: consuming Router, _ one: ParticipantHandle, _ two: ParticipantHandle) {
            self.router = router
            self.one = one
            self.two = two
        }

        mutating func receive(_ bytes: [UInt8], isControl: Bool, from participant: ParticipantHandle) {
            if isControl {
                router.receiveRTCP(bytes.rawSpan, from: participant, at: now, sink: &sink)
            } else {
                router.receiveRTP(bytes.rawSpan, from: participant, at: now, sink: &sink)
            }
        }

        mutating func advance() {
            while let deadline = router.nextDeadline, deadline <= now { router.advance(to: now, sink: &sink) }
        }
    }

    @Test func `every truncation is survived`() throws {
        var room = try Room.make()
        for (packets, isControl) in [(Self.media, false), (Self.control, true)] {
            for packet in packets {
                for length in 0...packet.count {
                    var bytes = Array(packet.prefix(length))
                    // Another number each time, so that not all are duplicates.
                    if !isControl, length >= 4 { bytes[3] = UInt8(truncatingIfNeeded: length) }
                    room.receive(bytes, isControl: isControl, from: room.one)
                    room.now = room.now + .milliseconds(3)
                    room.advance()
                }
            }
        }
        let counters = room.router.counters
        #expect(counters.malformedPackets > 100)
        #expect(counters.malformedControlPackets > 100)
        #expect(counters.sentPackets > 0)
    }

    @Test func `one hundred thousand mutations are survived`() throws {
        var room = try Room.make()
        var random = SeededGenerator(4711)
        for round in 0..<100_000 {
            let isControl = round % 3 == 0
            let packets = isControl ? Self.control : Self.media
            var bytes = packets[Int.random(in: packets.indices, using: &random)]
            if !isControl {
                // Numbers that move on, so that not everything is a duplicate.
                bytes[2] = UInt8(truncatingIfNeeded: round >> 9)
                bytes[3] = UInt8(truncatingIfNeeded: round >> 1)
            }
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0 ... .max, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &random) ?? 0
                default: if bytes.count > 1 { bytes.remove(at: place) }
                }
            }
            room.receive(bytes, isControl: isControl, from: round % 2 == 0 ? room.one : room.two)
            room.now = room.now + .microseconds(Int64.random(in: 0..<20_000, using: &random))
            room.advance()
        }
        let counters = room.router.counters
        #expect(counters.receivedPackets + counters.receivedControlPackets == 100_000)
        #expect(counters.sentPackets > 1000)
        #expect(counters.sentRetransmissions > 0)
    }
}
