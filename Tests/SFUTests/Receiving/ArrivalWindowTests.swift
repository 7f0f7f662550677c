import RTP
import Testing

@testable import SFU

@Suite("Arrival of packets")
struct ArrivalWindowTests {
    private func run(_ numbers: [(UInt16, ArrivalWindow.Arrival)], sourceLocation: SourceLocation = #_sourceLocation) {
        var window = ArrivalWindow()
        for (index, (number, arrival)) in numbers.enumerated() {
            let found = window.receive(SequenceNumber(number), isRetransmission: false)
            #expect(found == arrival, "step \(index)", sourceLocation: sourceLocation)
        }
    }

    @Test func `numbers are extended over the wrap`() {
        run([
            (0xFFFE, .newest(0x1_FFFE, missing: 0)), (0xFFFF, .newest(0x1_FFFF, missing: 0)),
            (0, .newest(0x2_0000, missing: 0)), (3, .newest(0x2_0003, missing: 2)), (1, .late(0x2_0001)),
        ])
    }

    @Test func `a loss over the wrap is found`() {
        run([(0xFFFE, .newest(0x1_FFFE, missing: 0)), (2, .newest(0x2_0002, missing: 3)), (0xFFFF, .late(0x1_FFFF))])
    }

    @Test func `packets from before the first have numbers, too`() {
        run([(0, .newest(0x1_0000, missing: 0)), (0xFFFF, .late(0xFFFF)), (0xFFFF, .duplicate)])
    }

    @Test func `a duplicate counts once`() {
        run([
            (10, .newest(0x1_000A, missing: 0)), (10, .duplicate), (12, .newest(0x1_000C, missing: 1)),
            (11, .late(0x1_000B)), (11, .duplicate), (12, .duplicate),
        ])
    }

    @Test func `a duplicate is known for a thousand packets`() {
        var window = ArrivalWindow()
        for number in 0..<UInt16(Limits.duplicateWindow) {
            _ = window.receive(SequenceNumber(number), isRetransmission: false)
        }
        let result1 = window.receive(SequenceNumber(1), isRetransmission: true)
        #expect(result1 == .duplicate)
        _ = window.receive(SequenceNumber(UInt16(Limits.duplicateWindow)), isRetransmission: false)
        let result2 = window.receive(SequenceNumber(0), isRetransmission: true)
        #expect(result2 == .tooOld)
    }

    @Test func `a stream that starts again is believed with its second packet`() {
        run([
            (100, .newest(0x1_0064, missing: 0)), (30_000, .suspicious), (101, .newest(0x1_0065, missing: 0)),
            (30_001, .suspicious), (30_002, .restarted(0x3_7532)), (30_003, .newest(0x3_7533, missing: 0)),
        ])
    }

    @Test func `probes with old packets do not make a stream start again`() {
        var window = ArrivalWindow()
        _ = window.receive(SequenceNumber(20_000), isRetransmission: false)
        for number: UInt16 in [5000, 5001, 5002] {
            let result3 = window.receive(SequenceNumber(number), isRetransmission: true)
            #expect(result3 == .tooOld)
        }
        let result4 = window.receive(SequenceNumber(20_001), isRetransmission: false)
        #expect(result4 == .newest(0x1_4E21, missing: 0))
    }
}
