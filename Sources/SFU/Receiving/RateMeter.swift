import Wire

/// Bytes per second over about the last second: whole windows of half a second, of which the last two count.
struct RateMeter: Sendable, BitwiseCopyable {
    private static let window = TimeInterval.milliseconds(500)

    private var start = MonotonicTime.zero
    private var current: Int64 = 0
    private var previous: Int64 = 0

    mutating func add(_ byteCount: Int, at now: MonotonicTime) {
        roll(to: now)
        current += Int64(byteCount)
    }

    private mutating func roll(to now: MonotonicTime) {
        let age = now - start
        guard age >= Self.window else { return }
        previous = age < Self.window * 2 ? current : 0
        current = 0
        start = now
    }

    /// Bytes per second at `now`.
    func bytesPerSecond(at now: MonotonicTime) -> Int64 {
        let age = now - start
        guard age < Self.window * 2 else { return 0 }
        let covered = Self.window + max(age, .zero)
        return (current + previous) * 1000 / max(1, covered.wholeMilliseconds)
    }
}
