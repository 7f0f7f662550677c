import RTP
import Testing
import Wire

@Suite("Header extension values")
struct HeaderExtensionValueTests {
    private func check<Value: HeaderExtensionValue>(
        _ value: Value,
        _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = hex(text)
        #expect(value.encodedLength == bytes.count, sourceLocation: sourceLocation)
        let stored = try written { (bytes) throws(RTPError) in
            value.store(in: &bytes, at: 0)
            return value.encodedLength
        }
        #expect(stored == bytes, sourceLocation: sourceLocation)
        #expect(try Value(parsing: bytes.rawSpan) == value, sourceLocation: sourceLocation)
        #expect(!Value.uri.isEmpty, sourceLocation: sourceLocation)
    }

    private func truncations<Value: HeaderExtensionValue>(_ type: Value.Type, _ text: String) {
        expectTruncationsThrow(hex(text)) { (bytes) throws(RTPError) in _ = try Value(parsing: bytes) }
    }

    @Test func `values are laid out as their specifications say`() throws {
        try check(AudioLevel(hasVoice: true, level: 30), "9E")
        try check(AudioLevel(hasVoice: false, level: 127), "7F")
        try check(AbsoluteSendTime(rawValue: 0x123456), "123456")
        try check(TransportSequenceNumber(SequenceNumber(0xFFFE)), "FFFE")
        try check(PlayoutDelay(minimum: 0x123, maximum: 0xABC), "123ABC")
        try check(PlayoutDelay(minimum: 0, maximum: 0xFFFF), "000FFF")
        try check(VideoOrientation(isBackCamera: true, isFlipped: false, quarterTurns: 3), "0B")
        try check(AbsoluteCaptureTime(captureTime: NTPTimestamp(0x0102_0304_0506_0708)), "0102030405060708")
        try check(
            AbsoluteCaptureTime(captureTime: NTPTimestamp(0x0102_0304_0506_0708), clockOffset: -2),
            "0102030405060708 FFFFFFFFFFFFFFFE"
        )
        try check(try #require(MID("a1")), "6131")
        try check(try #require(RID("h")), "68")
        try check(try #require(RepairedRID("0123456789abcdef")), "30313233343536373839616263646566")
    }

    @Test func `every truncation throws`() {
        truncations(AudioLevel.self, "9E")
        truncations(AbsoluteSendTime.self, "123456")
        truncations(TransportSequenceNumber.self, "FFFE")
        truncations(PlayoutDelay.self, "123ABC")
        truncations(VideoOrientation.self, "0B")
        truncations(AbsoluteCaptureTime.self, "0102030405060708")
        #expect(
            failure(hex("0102030405060708 FFFFFF")) { (bytes) throws(RTPError) in
                _ = try AbsoluteCaptureTime(parsing: bytes)
            } == .truncated(needed: 16, available: 11)
        )
        truncations(MID.self, "61")
    }

    @Test func `identifiers are 1 to 16 visible ASCII characters`() throws {
        #expect(RID("0123456789abcdefg") == nil && RID("") == nil && RID("a b") == nil && RID("ü") == nil)
        #expect(RID("0123456789abcdef")?.description == "0123456789abcdef")
        #expect(RID("a") != RID("b") && RID("a") != RID("aa") && RID("a") == RID("a"))
    }

    @Test func `send times have their distance across the wrap`() {
        let second = MonotonicTime(nanoseconds: 1_000_000_000)
        #expect(AbsoluteSendTime(second).rawValue == 1 << 18)
        let late = AbsoluteSendTime(MonotonicTime(nanoseconds: 63_500_000_000))
        let early = AbsoluteSendTime(MonotonicTime(nanoseconds: 64_500_000_000))
        #expect(late.interval(to: early) == .seconds(1) && early.interval(to: late) == .seconds(-1))
    }

    @Test func `NTP counts from 1900`() {
        let date = NTPTimestamp(unixSeconds: 0, nanoseconds: 500_000_000)
        #expect(date.rawValue == 0x83AA_7E80_8000_0000 && date.middle == 0x7E80_8000)
    }
}
