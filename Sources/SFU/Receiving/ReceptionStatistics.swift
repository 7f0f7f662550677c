import RTP
import Wire

/// What a receiver report says about a stream (RFC 3550 section 6.4.1 and appendix A.3 and A.8).
struct ReceptionStatistics: Sendable, BitwiseCopyable {
    private var base: Int64 = -1
    private var highest: Int64 = -1
    private(set) var receivedCount: Int64 = 0
    private var expectedAtReport: Int64 = 0
    private var receivedAtReport: Int64 = 0
    /// 16 times the jitter in ticks.
    private var jitter: Int64 = 0
    private var transit: Int64 = 0
    private var hasTransit = false
    /// The part of the packets that was lost between the last two reports, in 1/256.
    private(set) var fractionLost: UInt8 = 0

    var isEmpty: Bool { base < 0 }

    /// Counts a packet that is no duplicate. Retransmissions are not counted: they are not what the network delivered at
    /// first, and their jitter says nothing.
    mutating func receive(_ number: Int64, timestamp: UInt32, clockRate: UInt32, at now: MonotonicTime) {
        if base < 0 { base = number }
        highest = max(highest, number)
        receivedCount += 1
        let arrival = TimestampRewriter.ticks(now - .zero, clockRate: clockRate)
        let transit = Int64(Int32(truncatingIfNeeded: arrival &- Int64(timestamp)))
        if hasTransit {
            let difference = Int64(Int32(truncatingIfNeeded: transit &- self.transit)).magnitude
            jitter += Int64(difference) - (jitter + 8) >> 4
        }
        self.transit = transit
        hasTransit = true
    }

    /// The stream started again: what came before counts no more.
    mutating func restart() {
        self = ReceptionStatistics()
    }

    private var expectedCount: Int64 { base < 0 ? 0 : highest - base + 1 }

    /// The block for a report that is sent now; it ends the interval that ``fractionLost`` is about.
    mutating func report(ssrc: SSRC) -> ReportBlock {
        let expected = expectedCount
        let lost = expected - receivedCount
        let expectedInInterval = expected - expectedAtReport
        let lostInInterval = expectedInInterval - (receivedCount - receivedAtReport)
        expectedAtReport = expected
        receivedAtReport = receivedCount
        fractionLost =
            expectedInInterval > 0 && lostInInterval > 0
            ? UInt8(min(255, lostInInterval << 8 / expectedInInterval)) : 0
        return ReportBlock(
            ssrc: ssrc,
            fractionLost: fractionLost,
            cumulativeLost: Int32(clamping: lost),
            highestSequenceNumber: UInt32(truncatingIfNeeded: highest),
            jitter: UInt32(clamping: jitter >> 4)
        )
    }
}
