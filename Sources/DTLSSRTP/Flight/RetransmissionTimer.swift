import Wire

/// The back-off of a flight that waits for its answer (RFC 6347 section 4.2.4.1, RFC 9147 section 5.8.2).
struct RetransmissionTimer: Sendable {
    private let initial: TimeInterval
    private let maximum: TimeInterval
    private var current: TimeInterval
    private(set) var deadline: MonotonicTime?

    init(initial: TimeInterval, maximum: TimeInterval) {
        self.initial = initial
        self.maximum = maximum
        self.current = initial
    }

    mutating func start(at now: MonotonicTime) {
        current = initial
        deadline = now + current
    }

    mutating func stop() {
        deadline = nil
    }

    /// Doubles the interval and starts again.
    mutating func backOff(at now: MonotonicTime) {
        current = min(current * 2, maximum)
        deadline = now + current
    }
}
