public import Wire

/// When new TURN credentials are due: at 80 % of the lifetime of the last ones, again and again.
public struct CredentialRefresh: Sendable {
    public private(set) var nextDeadline: MonotonicTime

    public init(lifetimeSeconds: Int64, at now: MonotonicTime) {
        nextDeadline = now + Self.interval(lifetimeSeconds)
    }

    /// New credentials went out.
    public mutating func restart(lifetimeSeconds: Int64, at now: MonotonicTime) {
        nextDeadline = now + Self.interval(lifetimeSeconds)
    }

    /// A lifetime without sense does not make a loop without pause.
    private static func interval(_ lifetimeSeconds: Int64) -> TimeInterval {
        max(.seconds(1), .milliseconds(800) * max(0, lifetimeSeconds))
    }
}

/// How many offers and candidates a client may send: 40 at once, 10 a second for long.
public struct RateLimit: Sendable {
    private static let capacity = 40
    private static let interval = TimeInterval.milliseconds(100)

    /// When the bucket will be full: all that is spent counts from here.
    private var full: MonotonicTime

    public init(at now: MonotonicTime) {
        full = now
    }

    /// Takes one; false when there is none.
    public mutating func take(at now: MonotonicTime) -> Bool {
        let start = max(full, now)
        let next = start + Self.interval
        guard next - now <= Self.interval * Int64(Self.capacity) else { return false }
        full = next
        return true
    }
}
