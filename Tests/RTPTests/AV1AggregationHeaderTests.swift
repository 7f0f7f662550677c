import RTP
import Testing
import Wire

@Suite("AV1 aggregation header")
struct AV1AggregationHeaderTests {
    @Test func `bits are where the specification puts them`() throws {
        let first = try AV1AggregationHeader(parsing: [0x68].rawSpan)
        #expect(first.startsCodedVideoSequence && first.continuesNext && first.elementCount == 2)
        #expect(!first.continuesPrevious)
        let later = try AV1AggregationHeader(parsing: [0x90].rawSpan)
        #expect(!later.startsCodedVideoSequence && later.continuesPrevious && later.elementCount == 1)
        #expect(throws: RTPError.invalidField(offset: 0)) { _ = try AV1AggregationHeader(parsing: [0x88].rawSpan) }
        #expect(throws: RTPError.truncated(needed: 1, available: 0)) {
            _ = try AV1AggregationHeader(parsing: [UInt8]().rawSpan)
        }
    }
}
