import RTP
import SRTP
import Testing

@Suite("SRTP refuses", .serialized)
struct TamperingTests {
    @Test("a packet with any byte changed, and counts it", arguments: Way.all)
    func everyByte(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver()
        _ = try receiver.rtp(try sender.rtp(rtpPacket(1)))
        _ = try receiver.rtcp(try sender.rtcp(rtcpPacket()))
        let rtp = try sender.rtp(rtpPacket(2))
        let rtcp = try sender.rtcp(rtcpPacket())
        for mask in [UInt8(0x01), 0x80, 0xFF] {
            for offset in rtp.indices {
                var packet = rtp
                packet[offset] ^= mask
                #expect(failure { () throws(SRTPError) in try receiver.rtp(packet) } != nil, "RTP byte \(offset)")
            }
            for offset in rtcp.indices {
                var packet = rtcp
                packet[offset] ^= mask
                #expect(failure { () throws(SRTPError) in try receiver.rtcp(packet) } != nil, "RTCP byte \(offset)")
            }
        }
        let counters = receiver.counters
        #expect(counters.processed == 2)
        let refused =
            counters.authenticationFailures + counters.malformed + counters.replayed + counters.tooOld
            + counters.failed
        #expect(refused == UInt64(3 * (rtp.count + rtcp.count)))
        #expect(counters.authenticationFailures > UInt64(2 * (rtp.count + rtcp.count)))
        #expect(receiver.streamCount == 1, "a changed SSRC leaves no stream behind")
        #expect(try receiver.rtp(rtp) == rtpPacket(2))
        #expect(try receiver.rtcp(rtcp) == rtcpPacket())
    }

    @Test("every truncation", arguments: Way.all)
    func truncations(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver()
        let rtp = try sender.rtp(rtpPacket(2))
        let rtcp = try sender.rtcp(rtcpPacket())
        for length in rtp.indices {
            #expect(failure { () throws(SRTPError) in try receiver.rtp(Array(rtp.prefix(length))) } != nil)
        }
        for length in rtcp.indices {
            #expect(failure { () throws(SRTPError) in try receiver.rtcp(Array(rtcp.prefix(length))) } != nil)
        }
        #expect(failure { () throws(SRTPError) in try receiver.rtp([]) } == .truncated(needed: 12, available: 0))
        #expect(receiver.streamCount == 0)
    }

    @Test("another key, and the other direction's", arguments: Way.all)
    func wrongKey(way: Way) throws {
        var sender = try way.sender(seed: 1)
        var receiver = try way.receiver(seed: 2)
        let rtp = try sender.rtp(rtpPacket(2))
        let rtcp = try sender.rtcp(rtcpPacket())
        #expect(failure { () throws(SRTPError) in try receiver.rtp(rtp) } == .authenticationFailed)
        #expect(failure { () throws(SRTPError) in try receiver.rtcp(rtcp) } == .authenticationFailed)
        #expect(receiver.streamCount == 0)
    }

    @Test("a key of the wrong length", arguments: Way.all)
    func keyLength(way: Way) {
        let key = MasterKey(key: [1, 2, 3], salt: [])
        #expect(throws: SRTPError.keyLength(expected: way.profile.keyLength, actual: 3)) {
            _ = try SendingContext(profile: way.profile, key: key, backEnd: way.backEnd)
        }
    }

    @Test func `OpenSSL alone does not know AES_CM_128_HMAC_SHA1_80`() {
        #expect(throws: SRTPError.unsupportedProfile(1)) {
            _ = try SendingContext(
                profile: .aes128CMHMACSHA1_80,
                key: master(.aes128CMHMACSHA1_80),
                backEnd: .openSSL
            )
        }
    }

    @Test("an SRTCP packet without the E bit", arguments: Way.all)
    func unencrypted(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver()
        var packet = try sender.rtcp(rtcpPacket())
        let word = way.profile.isAEAD ? packet.count - 4 : packet.count - 14
        packet[word] &= 0x7F
        #expect(failure { () throws(SRTPError) in try receiver.rtcp(packet) } == .unencrypted)
    }

    @Test("a slot without room for the tag, and leaves the packet alone", arguments: Way.all)
    func noRoom(way: Way) throws {
        var sender = try way.sender()
        var slot = rtpPacket(1) + [0, 0, 0]
        let before = slot
        do {
            var span = slot.mutableSpan
            var bytes = unsafe span.mutableBytes
            var error: SRTPError?
            do throws(SRTPError) {
                _ = try sender.protectRTP(in: &bytes, count: before.count - 3)
            } catch let thrown {
                error = thrown
            }
            #expect(error == .noCapacity(needed: way.profile.rtpOverhead, available: 3))
        }
        #expect(slot == before)
        #expect(try sender.rtp(rtpPacket(1)).isEmpty == false, "the index was not used up")
    }

    @Test("works behind headroom and touches nothing around the packet", arguments: Way.all)
    func headroom(way: Way) throws {
        var sender = try way.sender()
        var receiver = try way.receiver()
        let packet = rtpPacket(9)
        let tail = way.profile.rtpOverhead
        var slot = [UInt8](repeating: 0xAA, count: 48) + packet + [UInt8](repeating: 0xAA, count: tail + 4)
        do {
            var span = slot.mutableSpan
            var bytes = unsafe span.mutableBytes
            let count = try sender.protectRTP(in: &bytes, at: 48, count: packet.count)
            #expect(count == packet.count + tail)
            #expect(try receiver.unprotectRTP(in: &bytes, at: 48, count: count) == packet.count)
        }
        #expect(slot.prefix(48).allSatisfy { $0 == 0xAA } && slot.suffix(4).allSatisfy { $0 == 0xAA })
        #expect(Array(slot[48...].prefix(packet.count)) == packet)
    }
}
