import RTP
import Testing
import Wire

@Suite("RED payload")
struct REDPayloadTests {
    /// Two redundant blocks of 2 and 3 bytes, 1920 and 960 ticks back, and a primary of 4.
    static let packet = hex("EF 1E00 02 EF 0F00 03 6F 0102 030405 06070809")

    private func blocks(_ bytes: [UInt8]) throws(RTPError) -> [REDPayload.Block] {
        var payload = try REDPayload(parsing: bytes.rawSpan)
        var found: [REDPayload.Block] = []
        while let block = payload.next(in: bytes.rawSpan) { found.append(block) }
        return found
    }

    @Test func `blocks come oldest first and the primary last`() throws {
        let found = try blocks(Self.packet)
        #expect(found.map(\.timestampOffset) == [1920, 960, 0] && found.map(\.isPrimary) == [false, false, true])
        #expect(found.map { Array(Self.packet[$0.range]) } == [[1, 2], [3, 4, 5], [6, 7, 8, 9]])
        #expect(found.allSatisfy { $0.payloadType == PayloadType(111) })
        #expect(try REDPayload(parsing: Self.packet.rawSpan).redundantCount == 2)
        #expect(try blocks([0x6F, 1, 2]).map(\.range) == [1..<3])
    }

    @Test func `headers and redundant blocks cannot be cut off`() {
        expectTruncationsThrow(Array(Self.packet.prefix(14))) { (bytes) throws(RTPError) in
            _ = try REDPayload(parsing: bytes)
        }
    }

    @Test func `headers are written as they are read`() throws {
        let write = { (bytes: inout MutableRawSpan) throws(RTPError) -> Int in
            var count = try REDPayload.writeRedundantHeader(
                PayloadType(111),
                timestampOffset: 1920,
                length: 2,
                to: &bytes,
                at: 0
            )
            count += try REDPayload.writeRedundantHeader(
                PayloadType(111),
                timestampOffset: 960,
                length: 3,
                to: &bytes,
                at: count
            )
            return try count + REDPayload.writePrimaryHeader(PayloadType(111), to: &bytes, at: count)
        }
        expectCapacityIsChecked(Array(Self.packet.prefix(9)), write)
        for (offset, length) in [(0x4000, 0), (0, 0x400), (-1, 0)] {
            #expect(throws: RTPError.self) {
                try written { (bytes) throws(RTPError) in
                    try REDPayload.writeRedundantHeader(
                        PayloadType(111),
                        timestampOffset: offset,
                        length: length,
                        to: &bytes,
                        at: 0
                    )
                }
            }
        }
    }
}
