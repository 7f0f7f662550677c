import Glibc
import RTP
import SRTP
import Testing
import Wire

/// Both back ends against each other on random packets: 25,000 of each profile, or half a million of each, which is the
/// whole proof, with `MARTLET_SOAK` in the environment.
@Suite("SRTP back ends agree")
struct AgreementTests {
    static let packetCount = unsafe getenv("MARTLET_SOAK") == nil ? 25_000 : 500_000

    @Test("byte for byte", arguments: [ProtectionProfile.aeadAES128GCM, .aeadAES256GCM])
    func agree(profile: ProtectionProfile) throws {
        var generator = SeededGenerator(UInt64(profile.rawValue))
        let key = master(profile, seed: 99)
        var ours = try SendingContext(profile: profile, key: key, backEnd: .openSSL)
        var theirs = try SendingContext(profile: profile, key: key, backEnd: .libSRTP)
        var ourReceiver = try ReceivingContext(profile: profile, key: key, backEnd: .openSSL)
        var theirReceiver = try ReceivingContext(profile: profile, key: key, backEnd: .libSRTP)
        var numbers: [UInt16] = (0..<40).map { _ in .random(in: 0...UInt16.max, using: &generator) }
        var differences = 0
        var refusals = 0
        for _ in 0..<Self.packetCount {
            let stream = Int.random(in: 0..<numbers.count, using: &generator)
            let isRTCP = UInt8.random(in: 0..<8, using: &generator) == 0
            let packet: [UInt8]
            if isRTCP {
                packet = randomRTCP(UInt32(stream), using: &generator)
            } else {
                // Mostly forward by little, sometimes by much, sometimes back to numbers that may have been used.
                switch UInt8.random(in: 0..<16, using: &generator) {
                case 0: numbers[stream] &-= .random(in: 0..<1200, using: &generator)
                case 1: numbers[stream] &+= .random(in: 0..<20_000, using: &generator)
                default: numbers[stream] &+= 1
                }
                packet = randomRTP(UInt32(stream), numbers[stream], using: &generator)
            }
            let our = outcome { () throws(SRTPError) in try isRTCP ? ours.rtcp(packet) : ours.rtp(packet) }
            let their = outcome { () throws(SRTPError) in try isRTCP ? theirs.rtcp(packet) : theirs.rtp(packet) }
            if our != their { differences += 1 }
            guard case .success(var protected) = our else {
                refusals += 1
                continue
            }
            if UInt8.random(in: 0..<32, using: &generator) == 0 {
                // Not the extension bit and the extension: a header that ends elsewhere is refused with other words.
                let offset = Int.random(in: 1..<12, using: &generator)
                protected[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            // Each receives; the other one's sender made the same bytes.
            let ourPlain = outcome { () throws(SRTPError) in
                try isRTCP ? ourReceiver.rtcp(protected) : ourReceiver.rtp(protected)
            }
            let theirPlain = outcome { () throws(SRTPError) in
                try isRTCP ? theirReceiver.rtcp(protected) : theirReceiver.rtp(protected)
            }
            if ourPlain != theirPlain { differences += 1 }
        }
        #expect(differences == 0)
        #expect(refusals > Self.packetCount / 1000, "reused and old indices were among them")
        let counters = ourReceiver.counters
        #expect(counters.processed > UInt64(Self.packetCount / 2))
        #expect(counters.authenticationFailures > UInt64(Self.packetCount / 200))
    }

    private func outcome(_ body: () throws(SRTPError) -> [UInt8]) -> Result<[UInt8], SRTPError> {
        Result { () throws(SRTPError) in try body() }
    }

    private func randomRTP(
        _ ssrc: UInt32,
        _ number: UInt16,
        using generator: inout SeededGenerator
    ) -> [UInt8] {
        let csrcCount = UInt8.random(in: 0..<4, using: &generator)
        let hasExtension = Bool.random(using: &generator)
        var packet: [UInt8] = [0x80 | csrcCount | (hasExtension ? 0x10 : 0), .random(in: 0...255, using: &generator)]
        packet.append(bigEndian: number)
        packet.append(bigEndian: UInt32.random(in: 0...UInt32.max, using: &generator))
        packet.append(bigEndian: ssrc)
        for _ in 0..<csrcCount { packet.append(bigEndian: UInt32.random(in: 0...UInt32.max, using: &generator)) }
        if hasExtension {
            let words = UInt16.random(in: 0..<6, using: &generator)
            packet.append(bigEndian: UInt16(0xBEDE))
            packet.append(bigEndian: words)
            for _ in 0..<words { packet.append(bigEndian: UInt32.random(in: 0...UInt32.max, using: &generator)) }
        }
        return packet + randomBytes(0..<200, using: &generator)
    }

    private func randomRTCP(_ ssrc: UInt32, using generator: inout SeededGenerator) -> [UInt8] {
        rtcpPacket(ssrc: ssrc, rest: randomBytes(0..<100, using: &generator))
    }

    private func randomBytes(_ counts: Range<Int>, using generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: counts, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
    }
}
