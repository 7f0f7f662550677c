internal import Wire

/// Decides how long a shard rests between two turns.
///
/// Waking up for each packet costs more than forwarding it, and packets that arrive together leave together in longer trains.
/// So a busy shard rests between turns: long enough to gather a batch, never longer than a millisecond, and never where the
/// last turn left something behind. An idle or nearly idle shard does not rest, so a lone packet is not delayed.
struct ServiceTick {
    /// The most that a packet waits because of the tick.
    static let longest = TimeInterval.milliseconds(1)
    /// Packets per second above which resting pays.
    static let restRate = 2000.0
    /// Datagrams that one turn should find at most: a quarter of a receive queue at the default limits of Linux (212,992 bytes,
    /// 92 packets of 1200 bytes).
    static let batchGoal = 24.0

    private var packetsPerSecond = 0.0
    private var lastTurn: MonotonicTime?

    /// The rest after a turn that began at `now` and handled `packetCount` packets.
    mutating func rest(after packetCount: Int, at now: MonotonicTime, isDrained: Bool) -> TimeInterval {
        defer { lastTurn = now }
        guard let lastTurn else { return .zero }
        let elapsed = max((now - lastTurn).inSeconds, 1e-6)
        // A moving average over about ten milliseconds: long enough to see a rate, short enough to follow a pause.
        let weight = min(1, elapsed / 0.01)
        packetsPerSecond += (Double(packetCount) / elapsed - packetsPerSecond) * weight
        guard isDrained, packetsPerSecond > Self.restRate else { return .zero }
        let gather = Self.batchGoal / packetsPerSecond
        return min(Self.longest, .nanoseconds(Int64(gather * 1e9)))
    }
}
