import RTP
import Testing

@Suite("RTP identifiers")
struct IdentifierTests {
    /// Two numbers, whether the first is newer, and the distance from the second to the first.
    static let orders: [(UInt16, UInt16, Bool, Int)] = [
        (1, 0, true, 1), (0, 1, false, -1), (0, 0xFFFF, true, 1), (0xFFFF, 0, false, -1), (5, 5, false, 0),
        (0x7FFF, 0, true, 0x7FFF), (0x8000, 0, false, -0x8000), (0, 0x8000, false, -0x8000),
        (0x8001, 0, false, -0x7FFF),
    ]

    @Test("sequence numbers compare across the wrap", arguments: orders)
    func order(left: UInt16, right: UInt16, isNewer: Bool, distance: Int) {
        #expect(SequenceNumber(left).isNewer(than: SequenceNumber(right)) == isNewer)
        #expect(SequenceNumber(right).distance(to: SequenceNumber(left)) == distance)
        #expect(SequenceNumber(right).advanced(by: distance) == SequenceNumber(left))
        let (high, low) = (RTPTimestamp(UInt32(left) << 16), RTPTimestamp(UInt32(right) << 16))
        #expect(high.isNewer(than: low) == isNewer)
        #expect(low.distance(to: high) == distance << 16)
    }

    @Test func `an unwrapper counts the turns and places late numbers before`() {
        var unwrapper = SequenceNumberUnwrapper()
        let steps: [(UInt16, Int64)] = [
            (0, 0), (0xFFFF, -1), (1, 1), (0x8000, 0x8000), (0xFFFE, 0xFFFE), (2, 0x1_0002), (0xFFFF, 0xFFFF),
            (0x7000, 0x1_7000), (0xE000, 0x1_E000), (0x3000, 0x2_3000),
        ]
        for (number, extended) in steps {
            #expect(unwrapper.peek(SequenceNumber(number)).rawValue == extended)
            #expect(unwrapper.unwrap(SequenceNumber(number)).rawValue == extended)
        }
        #expect(unwrapper.newest?.rolloverCounter == 2)
        #expect(unwrapper.newest == ExtendedSequenceNumber(rolloverCounter: 2, SequenceNumber(0x3000)))
    }

    @Test func `timestamps unwrap likewise`() {
        var unwrapper = RTPTimestampUnwrapper()
        let steps: [(UInt32, Int64)] = [
            (5, 5), (0xFFFF_FFFF, -1), (0x7000_0000, 0x7000_0000), (0xE000_0000, 0xE000_0000), (3, 0x1_0000_0003),
            (0xFFFF_FFF0, 0xFFFF_FFF0),
        ]
        for (timestamp, extended) in steps {
            #expect(unwrapper.unwrap(RTPTimestamp(timestamp)).rawValue == extended)
        }
        #expect(unwrapper.newest?.timestamp == RTPTimestamp(3))
    }

    @Test func `a payload type has 7 bits`() {
        #expect(PayloadType(0xE0) == PayloadType(0x60))
        #expect(PayloadType(0x60).description == "96")
    }
}
