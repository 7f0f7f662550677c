import RTP
import SRTP
import Testing
import Wire

/// The bytes that `text` names in hexadecimal; white space is skipped.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// A generator whose numbers a test can have again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// An RTP packet with a payload of `payload` bytes.
func rtpPacket(_ sequenceNumber: UInt16, ssrc: UInt32 = 0xCAFE_BABE, payload: [UInt8] = [1, 2, 3, 4, 5]) -> [UInt8] {
    var packet: [UInt8] = [0x80, 0x60]
    packet.append(bigEndian: sequenceNumber)
    packet.append(bigEndian: UInt32(sequenceNumber) &* 3000)
    packet.append(bigEndian: ssrc)
    return packet + payload
}

/// A receiver report without report blocks and a few bytes behind it.
func rtcpPacket(ssrc: UInt32 = 0xCAFE_BABE, rest: [UInt8] = [0x81, 0xC9, 0, 1, 9, 8, 7, 6]) -> [UInt8] {
    var packet: [UInt8] = [0x80, 0xC9, 0x00, 0x01]
    packet.append(bigEndian: ssrc)
    return packet + rest
}

func master(_ profile: ProtectionProfile, seed: UInt64 = 1) -> MasterKey {
    var generator = SeededGenerator(seed)
    return MasterKey(
        key: (0..<profile.keyLength).map { _ in .random(in: 0...255, using: &generator) },
        salt: (0..<profile.saltLength).map { _ in .random(in: 0...255, using: &generator) }
    )
}

/// A back end and a profile it knows.
struct Way: CustomTestStringConvertible, Sendable {
    var profile: ProtectionProfile
    var backEnd: SRTPBackEnd

    static let all = ProtectionProfile.allCases.flatMap { profile in
        SRTPBackEnd.allCases.filter { $0.supports(profile) }.map { Way(profile: profile, backEnd: $0) }
    }

    var testDescription: String { "\(profile) on \(backEnd)" }

    func sender(seed: UInt64 = 1, policy: StreamPolicy = StreamPolicy()) throws -> SendingContext {
        try SendingContext(profile: profile, key: master(profile, seed: seed), backEnd: backEnd, policy: policy)
    }

    func receiver(seed: UInt64 = 1, policy: StreamPolicy = StreamPolicy()) throws -> ReceivingContext {
        try ReceivingContext(profile: profile, key: master(profile, seed: seed), backEnd: backEnd, policy: policy)
    }
}

extension SendingContext {
    mutating func rtp(_ packet: [UInt8]) throws(SRTPError) -> [UInt8] {
        var slot = packet + [UInt8](repeating: 0xEE, count: profile.rtpOverhead)
        var span = slot.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count = try protectRTP(in: &bytes, count: packet.count)
        return Array(slot.prefix(count))
    }

    mutating func rtcp(_ packet: [UInt8]) throws(SRTPError) -> [UInt8] {
        var slot = packet + [UInt8](repeating: 0xEE, count: profile.rtcpOverhead)
        var span = slot.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count = try protectRTCP(in: &bytes, count: packet.count)
        return Array(slot.prefix(count))
    }
}

extension ReceivingContext {
    mutating func rtp(_ packet: [UInt8]) throws(SRTPError) -> [UInt8] {
        var slot = packet
        var span = slot.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count = try unprotectRTP(in: &bytes, count: packet.count)
        return Array(slot.prefix(count))
    }

    mutating func rtcp(_ packet: [UInt8]) throws(SRTPError) -> [UInt8] {
        var slot = packet
        var span = slot.mutableSpan
        var bytes = unsafe span.mutableBytes
        let count = try unprotectRTCP(in: &bytes, count: packet.count)
        return Array(slot.prefix(count))
    }
}

/// The error that `body` throws, or nil.
func failure(_ body: () throws(SRTPError) -> [UInt8]) -> SRTPError? {
    do throws(SRTPError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
