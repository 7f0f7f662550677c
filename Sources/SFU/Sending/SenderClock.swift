import RTP
import Wire

/// The sender reports of one outgoing stream: none that goes back, and the round trip that answers tell.
struct SenderClock: Sendable, BitwiseCopyable {
    private struct Report: Sendable, BitwiseCopyable {
        var middle: UInt32 = 0
        var sentAt = MonotonicTime.zero
    }

    private var lastNTP: UInt64?
    private var lastTimestamp: UInt32 = 0
    private var reports = InlineArray<4, Report>(repeating: Report())
    private var reportCount = 0

    /// The moment `now` in a report: the publisher's clock, and the timestamp that the subscriber sees. Nil if that would be
    /// before the last report, which no clock is.
    mutating func report(
        from clock: ReceiveStream.ClockReference,
        offset: UInt32,
        clockRate: UInt32,
        at now: MonotonicTime
    ) -> (ntp: NTPTimestamp, timestamp: RTPTimestamp)? {
        let age = max(now - clock.receivedAt, .zero)
        let seconds = UInt64(age.wholeSeconds)
        let rest = UInt64(age.nanoseconds % 1_000_000_000)
        let ntp = clock.ntp &+ (seconds << 32 | (rest << 32) / 1_000_000_000)
        let ticks = TimestampRewriter.ticks(age, clockRate: clockRate)
        let timestamp = clock.timestamp &+ UInt32(truncatingIfNeeded: ticks) &+ offset
        if let lastNTP {
            guard
                Int64(bitPattern: ntp &- lastNTP) > 0,
                Int32(bitPattern: timestamp &- lastTimestamp) > 0
            else { return nil }
        }
        lastNTP = ntp
        lastTimestamp = timestamp
        reports[reportCount % 4] = Report(middle: NTPTimestamp(ntp).middle, sentAt: now)
        reportCount += 1
        return (NTPTimestamp(ntp), RTPTimestamp(timestamp))
    }

    /// The round trip that a report block tells, or nil when it names no report of ours (RFC 3550 section 6.4.1).
    func roundTripTime(_ block: ReportBlock, at now: MonotonicTime) -> TimeInterval? {
        guard block.lastSenderReport != 0 else { return nil }
        for index in 0..<min(reportCount, 4) where reports[index].middle == block.lastSenderReport {
            let delay = TimeInterval(nanoseconds: (Int64(block.delaySinceLastSenderReport) * 1_000_000_000) >> 16)
            let roundTrip = now - reports[index].sentAt - delay
            guard roundTrip > .zero, roundTrip <= Limits.maximumRoundTripTime else { return nil }
            return roundTrip
        }
        return nil
    }
}
