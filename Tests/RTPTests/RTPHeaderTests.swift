import RTP
import Testing
import Wire

@Suite("RTP header")
struct RTPHeaderTests {
    /// Version 2, padding, extension, two CSRCs; marker, payload type 96; three bytes of payload and two of padding.
    static let packet = hex(
        """
        B2 E0 1234 89ABCDEF CAFEBABE 00000001 00000002
        BEDE 0002 10 FF 22 010203 00 00
        AABBCC 00 02
        """
    )

    @Test func `fields are where the RFC puts them`() throws {
        let bytes = Self.packet
        let header = try RTPHeader(parsing: bytes.rawSpan)
        #expect(header.marker && header.payloadType == PayloadType(96))
        #expect(header.sequenceNumber == SequenceNumber(0x1234) && header.timestamp == RTPTimestamp(0x89AB_CDEF))
        #expect(header.ssrc == SSRC(0xCAFE_BABE) && header.csrcCount == 2 && header.hasPadding)
        #expect(header.csrc(0, in: bytes.rawSpan) == SSRC(1) && header.csrc(1, in: bytes.rawSpan) == SSRC(2))
        #expect(header.csrc(2, in: bytes.rawSpan) == nil && header.csrc(-1, in: bytes.rawSpan) == nil)
        #expect(header.extensionProfile == 0xBEDE && header.extensionRange == 24..<32 && header.length == 32)
        let payload = try header.payloadRange(in: bytes.rawSpan)
        #expect(Array(bytes[payload]) == [0xAA, 0xBB, 0xCC])
    }

    @Test func `every truncation throws`() {
        expectTruncationsThrow(Array(Self.packet.prefix(32))) { (bytes) throws(RTPError) in
            _ = try RTPHeader(parsing: bytes)
        }
    }

    /// The last byte of a packet with padding, and whether that many bytes can be padding of a payload of 5.
    @Test(
        "the padding count is checked",
        arguments: [(UInt8(0), false), (1, true), (5, true), (6, false), (255, false)]
    )
    func padding(count: UInt8, isValid: Bool) throws {
        var bytes = Self.packet
        bytes[bytes.count - 1] = count
        let range = try? RTPHeader(parsing: bytes.rawSpan).payloadRange(in: bytes.rawSpan)
        #expect(range?.count == (isValid ? 5 - Int(count) : nil))
        // A padding bit without any payload.
        let header = Array(bytes.prefix(32))
        #expect(
            failure(header) { (span) throws(RTPError) in
                _ = try RTPHeader(parsing: span).payloadRange(in: span)
            } == .padding(count: 0, available: 0)
        )
    }

    @Test func `another version is refused`() {
        var bytes = Self.packet
        bytes[0] = 0x72
        #expect(failure(bytes) { (span) throws(RTPError) in _ = try RTPHeader(parsing: span) } == .version(1))
    }

    @Test func `fields are rewritten in place and nothing else changes`() throws {
        let bytes = try changed([0xEE] + Self.packet) { (bytes) throws(RTPError) in
            RTPHeader.set(SSRC(7), in: &bytes, at: 1)
            RTPHeader.set(SequenceNumber(8), in: &bytes, at: 1)
            RTPHeader.set(RTPTimestamp(9), in: &bytes, at: 1)
            RTPHeader.set(PayloadType(100), in: &bytes, at: 1)
        }
        #expect(bytes.prefix(17) == hex("EE B2 E4 0008 00000009 00000007 00000001")[...])
        #expect(bytes.dropFirst(13) == ([0xEE] + Self.packet).dropFirst(13))
        let unmarked = try changed(bytes) { (bytes) throws(RTPError) in
            RTPHeader.set(marker: false, in: &bytes, at: 1)
            RTPHeader.set(hasPadding: false, in: &bytes, at: 1)
        }
        #expect(unmarked.prefix(3) == [0xEE, 0x92, 0x64])
        let marked = try changed(unmarked) { (bytes) throws(RTPError) in
            RTPHeader.set(marker: true, in: &bytes, at: 1)
            RTPHeader.set(hasPadding: true, in: &bytes, at: 1)
        }
        #expect(marked == bytes)
    }

    @Test func `a header that is written reads the same`() throws {
        let write = { (bytes: inout MutableRawSpan) throws(RTPError) -> Int in
            try RTPHeader.write(
                payloadType: PayloadType(111),
                marker: true,
                sequenceNumber: SequenceNumber(0xFFFF),
                timestamp: RTPTimestamp(1),
                ssrc: SSRC(2),
                hasExtension: false,
                to: &bytes
            )
        }
        let bytes = try written { (bytes) throws(RTPError) in try write(&bytes) }
        #expect(bytes == hex("80 EF FFFF 00000001 00000002"))
        expectCapacityIsChecked(bytes, write)
        let padded = try written { (bytes) throws(RTPError) in
            let count = try write(&bytes)
            return try RTPHeader.appendPadding(4, to: &bytes, count: count)
        }
        #expect(padded == hex("A0 EF FFFF 00000001 00000002 000000 04"))
        let header = try RTPHeader(parsing: padded.rawSpan)
        #expect(try header.payloadRange(in: padded.rawSpan).isEmpty)
    }
}
