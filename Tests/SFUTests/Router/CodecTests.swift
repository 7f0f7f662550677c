import RTP
import Testing
import Wire

@testable import SFU

@Suite("Codecs of forwarded packets")
struct CodecTests {
    @Test func `a narrow picture number of VP8 becomes a wide one that goes on over its wrap`() throws {
        var duet = try Duet()
        var ids: [UInt16] = []
        for index in 0..<4 {
            let payload = vp8(
                pictureID: UInt16(126 + index) & 0x7F,
                isWide: false,
                tl0: UInt8(index),
                isKeyFrame: index == 0
            )
            let sent = try #require(duet.send(UInt16(index), timestamp: UInt32(3000 * index), payload).first)
            let descriptor = try VP8Descriptor(parsing: sent.payload.rawSpan)
            #expect(descriptor.pictureID?.isWide == true)
            #expect(descriptor.tl0PictureIndex == UInt8(index))
            #expect(sent.payload.count == payload.count + 1)
            #expect(sent.payload.suffix(2) == [0xAA, 0xBB])
            ids.append(try #require(descriptor.pictureID).rawValue)
        }
        #expect(ids == [126, 127, 128, 129])
    }

    @Test func `VP9 goes to a subscriber whole, with its numbers running on`() throws {
        var duet = try Duet(Sample.video(.vp9))
        // I, L, B set; P not: the start of a key frame. 15 bits of picture id, layers, TL0PICIDX.
        func packet(_ id: UInt16, _ layer: UInt8, tl0: UInt8, predicted: Bool, end: Bool) -> [UInt8] {
            [
                0xA8 | (predicted ? 0x40 : 0) | (end ? 0x04 : 0), UInt8(id >> 8) | 0x80, UInt8(truncatingIfNeeded: id),
                layer << 1, tl0, 0xDD,
            ]
        }
        let first = try #require(
            duet.send(1, marker: true, packet(100, 0, tl0: 7, predicted: false, end: true)).first
        )
        #expect(first.payload == packet(100, 0, tl0: 7, predicted: false, end: true))
        // The upper spatial layer, and the marker behind it.
        #expect(
            duet.send(2, timestamp: 4000, packet(101, 0, tl0: 8, predicted: true, end: true)).first?.marker == false
        )
        #expect(
            duet.send(3, timestamp: 4000, marker: true, packet(101, 1, tl0: 8, predicted: true, end: true)).first?
                .marker
                == true
        )
        try duet.stage.router.pause(duet.subscription, at: duet.stage.now)
        try duet.stage.router.resume(duet.subscription, at: duet.stage.now)
        let later = try #require(
            duet.send(4, timestamp: 7000, marker: true, packet(5, 0, tl0: 9, predicted: false, end: true)).first
        )
        #expect(later.payload == packet(102, 0, tl0: 9, predicted: false, end: true))
    }

    @Test func `H264 starts with its parameter sets, also when they come late`() throws {
        var duet = try Duet(Sample.video(.h264))
        let sets: [UInt8] = [0x67, 1, 2, 3]
        let slice: [UInt8] = [0x65, 9, 9]
        #expect(duet.send(1, [0x41, 1]) == [])
        #expect(duet.numbers(duet.send(2, timestamp: 4000, sets)) == [0])
        #expect(duet.numbers(duet.send(3, timestamp: 4000, marker: true, slice)) == [1])
        try duet.stage.router.pause(duet.subscription, at: duet.stage.now)
        try duet.stage.router.resume(duet.subscription, at: duet.stage.now)
        // The slice overtakes the sets.
        #expect(duet.send(5, timestamp: 8000, marker: true, slice) == [])
        let sent = duet.send(4, timestamp: 8000, sets)
        #expect(sent.map(\.payload) == [sets, slice])
        #expect(duet.numbers(sent) == [2, 3])
    }

    @Test func `H264 whose parameter sets were in the session description starts with a slice`() throws {
        var duet = try Duet(Sample.video(.h264))
        #expect(duet.send(1, [0x65, 9, 9]).count == 1)
    }

    private static let starts: [(Codec, [UInt8], Bool)] = [
        (.h265, [32 << 1, 1, 0], true), (.h265, [19 << 1, 1, 0], true), (.h265, [1 << 1, 1, 0], false),
        (.h265, [48 << 1, 1, 0, 3, 33 << 1, 1, 0, 0, 2, 1 << 1, 1], true),
        (.h265, [49 << 1, 1, 0x80 | 19, 0], true), (.h265, [49 << 1, 1, 19, 0], false), (.h265, [0], false),
        (.av1, [0x08, 1], true), (.av1, [0x00, 1], false), (.av1, [0x88], false),
        (.otherVideo, [1], true), (.opus, [1], false),
    ]

    @Test(arguments: starts)
    func `the start of a key frame is found`(codec: Codec, payload: [UInt8], isStart: Bool) {
        #expect(PayloadSummary(codec, payload.rawSpan).startsKeyFrame == isStart)
    }

    @Test func `a payload that cannot be read is forwarded as it is`() throws {
        var duet = try Duet()
        _ = duet.send(1, vp8(pictureID: 1, isKeyFrame: true))
        // The descriptor says that more of it follows than there is.
        let sealed: [UInt8] = [0x90, 0x80]
        #expect(duet.send(2, timestamp: 4000, sealed).map(\.payload) == [sealed])
    }

    @Test func `payload types are the subscriber's, and unknown ones are left out without a gap`() throws {
        var description = Sample.video()
        description.codecs.append(
            PublicationCodec(codec: .vp9, payloadType: PayloadType(98), clockRate: 90_000, acceptsNACK: true)
        )
        var duet = try Duet(description)
        let first = duet.send(1, vp8(pictureID: 1, isKeyFrame: true))
        #expect(first.map(\.payloadType) == [120])
        #expect(duet.send(2, timestamp: 4000, payloadType: 98, [0x88, 1, 2]) == [])
        #expect(duet.send(3, timestamp: 4000, payloadType: 99, [1]) == [])
        let next = duet.send(4, timestamp: 7000, vp8(pictureID: 2))
        #expect(next.first?.sequenceNumber == first.first.map { $0.sequenceNumber &+ 2 })
        let counters = duet.stage.router.counters
        #expect(counters.unknownPayloadTypePackets == 1)
        #expect(counters.droppedWithoutCodec == 1)
    }

    @Test func `redundant audio becomes plain for those who know only that`() throws {
        var duet = try Duet(Sample.audio(), Sample.audioSubscription())
        // One redundant block of 3 bytes, 960 ticks ago; the primary one of 2.
        let red: [UInt8] = [0x80 | 111, 0x0F, 0x00, 0x03, 111, 1, 2, 3, 8, 9]
        let sent = duet.send(1, timestamp: 960, ssrc: 0x2000, payloadType: 63, red)
        #expect(sent.map(\.payload) == [[8, 9]])
        #expect(sent.map(\.payloadType) == [109])
        // One that is broken is left out.
        #expect(
            duet.send(2, timestamp: 1920, ssrc: 0x2000, payloadType: 63, [0x80 | 111, 0x0F, 0xFF, 0xFF, 111]) == []
        )
        var both = Sample.audioSubscription(ssrc: 0xB000)
        both.payloadTypes.append(PayloadTypeMapping(from: PayloadType(63), to: PayloadType(64)))
        _ = try duet.stage.subscribe(duet.viewer, to: duet.track, both)
        let three = duet.send(3, timestamp: 2880, ssrc: 0x2000, payloadType: 63, red)
        #expect(three.map(\.payload) == [[8, 9], red])
        #expect(three.map(\.payloadType) == [109, 64])
    }
}
