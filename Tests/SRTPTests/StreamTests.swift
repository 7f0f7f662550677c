import RTP
import Testing

@testable import SRTP

@Suite("SRTP streams", .serialized)
struct StreamTests {
    @Test("unknown SSRCs are refused by policy", arguments: Way.all)
    func refused(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver(policy: StreamPolicy(admitsUnknown: false))
        let packet = try sender.rtp(rtpPacket(1))
        #expect(failure { () throws(SRTPError) in try receiver.rtp(packet) } == .unknownStream(SSRC(0xCAFE_BABE)))
        try receiver.addStream(SSRC(0xCAFE_BABE))
        #expect(try receiver.rtp(packet) == rtpPacket(1))
        let counters = receiver.counters
        #expect(counters.unknownStreams == 1)
    }

    @Test("there is a limit to SSRCs, and removing one makes room", arguments: Way.all)
    func bounded(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver(policy: StreamPolicy(maximumStreams: 20))
        for ssrc in UInt32(0)..<20 { _ = try receiver.rtp(try sender.rtp(rtpPacket(1, ssrc: ssrc))) }
        let next = try sender.rtp(rtpPacket(1, ssrc: 20))
        #expect(failure { () throws(SRTPError) in try receiver.rtp(next) } == .tooManyStreams(limit: 20))
        #expect(remove(SSRC(7), from: &receiver))
        #expect(!remove(SSRC(7), from: &receiver))
        #expect(try receiver.rtp(next) == rtpPacket(1, ssrc: 20))
        #expect(receiver.streamCount == 20)
    }

    @Test("a stream is added once", arguments: Way.all)
    func addedOnce(way: Way) throws {
        var sender = try way.sender()
        try sender.addStream(SSRC(1))
        #expect(throws: SRTPError.streamExists(SSRC(1))) { try sender.addStream(SSRC(1)) }
        #expect(sender.streamCount == 1)
    }

    @Test("a removed stream starts again", arguments: Way.all)
    func removed(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver()
        let ssrc = SSRC(0xCAFE_BABE)
        let packet = try sender.rtp(rtpPacket(1))
        _ = try receiver.rtp(packet)
        #expect(remove(ssrc, from: &receiver))
        #expect(try receiver.rtp(packet) == rtpPacket(1), "what was received is forgotten with the stream")
        #expect(remove(ssrc, from: &receiver))
        try receiver.addStream(ssrc)
        #expect(try receiver.rtp(packet) == rtpPacket(1))
    }

    @Test("every SSRC has a roll-over counter of its own", arguments: Way.all)
    func ownCounters(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver()
        for (number, ssrc) in [(0xFFFF, 1), (0xFFFF, 2), (0, 1), (1, 2), (2, 1)] {
            let packet = rtpPacket(UInt16(number), ssrc: UInt32(ssrc))
            #expect(try receiver.rtp(try sender.rtp(packet)) == packet)
        }
        let fresh = rtpPacket(3, ssrc: 3)
        #expect(try receiver.rtp(try sender.rtp(fresh)) == fresh)
    }

    @Test func `the table agrees with a dictionary`() throws {
        var generator = SeededGenerator(3)
        var table = StreamTable(limit: 200)
        var reference: [SSRC: UInt64] = [:]
        for step in UInt64(1)...20_000 {
            let ssrc = SSRC(.random(in: 0..<300, using: &generator) &* 0x1_0000)
            switch UInt8.random(in: 0..<3, using: &generator) {
            case 0:
                var state = StreamState()
                state.rtp.insert(step)
                do throws(SRTPError) {
                    try table.insert(ssrc, state)
                    #expect(reference[ssrc] == nil && reference.count < 200)
                    reference[ssrc] = step
                } catch {
                    #expect(
                        error == (reference[ssrc] == nil ? .tooManyStreams(limit: 200) : .streamExists(ssrc))
                    )
                }
            case 1:
                let wasThere = reference.removeValue(forKey: ssrc) != nil
                #expect(table.remove(ssrc) == wasThere)
            default:
                #expect(table.find(ssrc).map { table[$0].rtp.highest } == reference[ssrc])
            }
            #expect(table.count == reference.count)
        }
    }

    @Test func `libsrtp says what it is`() {
        #expect(LibSRTP.version.hasPrefix("libsrtp"))
        #expect(LibSRTP.cryptography != .unknown)
    }
}

/// Inside `#expect` a noncopyable value cannot be called on.
private func remove(_ ssrc: SSRC, from context: inout ReceivingContext) -> Bool {
    context.removeStream(ssrc)
}
