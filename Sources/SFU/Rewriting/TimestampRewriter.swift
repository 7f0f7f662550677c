import Wire

/// Keeps the timestamps of a stream running evenly while its sources change.
struct TimestampRewriter: Sendable, BitwiseCopyable {
    enum Continuation: Equatable {
        /// Timestamps of the source plus this are the subscriber's.
        case offset(UInt32)
        /// The source is so far behind what was sent that another key frame is worth waiting for.
        case tooFarBehind
    }

    /// A source may be this far behind the last timestamp sent and still be pushed after it: less than the eye sees.
    static let maximumLag = TimeInterval.milliseconds(75)
    /// A source that is further ahead of the time that has passed is not believed.
    static let maximumLead = TimeInterval.milliseconds(500)
    /// A source that is further behind the time that has passed is not believed: its clock stood still.
    static let maximumDelay = TimeInterval.seconds(2)

    /// Added to timestamps of the source.
    private(set) var offset: UInt32
    /// The newest timestamp sent.
    private(set) var newest: UInt32
    private(set) var newestSentAt = MonotonicTime.zero
    private(set) var hasSent = false
    private var refusals = 0

    /// - Parameter firstOutput: The timestamp of the first packet.
    init(firstOutput: UInt32) {
        offset = 0
        newest = firstOutput
    }

    static func ticks(_ interval: TimeInterval, clockRate: UInt32) -> Int64 {
        let seconds = interval.nanoseconds / 1_000_000_000
        let rest = interval.nanoseconds % 1_000_000_000
        return seconds &* Int64(clockRate) &+ rest * Int64(clockRate) / 1_000_000_000
    }

    /// How a source goes on whose next packet has `timestamp`.
    ///
    /// - Parameter mapped: `timestamp` in terms of the subscriber's stream, from sender reports or because the source is the
    ///   same one; nil when nothing is known, and then time that has passed decides.
    func continuation(
        of timestamp: UInt32,
        mapped: UInt32?,
        at now: MonotonicTime,
        clockRate: UInt32
    ) -> Continuation {
        guard hasSent else { return .offset(newest &- timestamp) }
        let elapsed = max(1, Self.ticks(now - newestSentAt, clockRate: clockRate))
        let expected = newest &+ UInt32(truncatingIfNeeded: elapsed)
        guard let mapped else { return .offset(expected &- timestamp) }
        let lead = Int64(Int32(bitPattern: mapped &- expected))
        if lead > Self.ticks(Self.maximumLead, clockRate: clockRate)
            || lead < -Self.ticks(Self.maximumDelay, clockRate: clockRate)
        {
            return .offset(expected &- timestamp)
        }
        let progress = Int64(Int32(bitPattern: mapped &- newest))
        if progress > 0 { return .offset(mapped &- timestamp) }
        if -progress > Self.ticks(Self.maximumLag, clockRate: clockRate), refusals == 0 { return .tooFarBehind }
        return .offset(newest &+ 1 &- timestamp)
    }

    mutating func refuse() {
        refusals += 1
    }

    mutating func start(offset: UInt32) {
        self.offset = offset
        refusals = 0
    }

    /// The timestamp of a packet of our own, `ticks` behind the last one.
    mutating func insert(ticks: UInt32, at now: MonotonicTime) -> UInt32 {
        newest &+= ticks
        newestSentAt = now
        return newest
    }

    /// The subscriber's timestamp of a packet that is sent now.
    mutating func forward(_ timestamp: UInt32, at now: MonotonicTime) -> UInt32 {
        let output = timestamp &+ offset
        if !hasSent || Int32(bitPattern: output &- newest) > 0 {
            newest = output
            newestSentAt = now
            hasSent = true
        }
        return output
    }
}
