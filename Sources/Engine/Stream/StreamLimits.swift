internal import Synchronization
public import Wire

/// How many TCP and TLS connections there may be, and how long a stranger may stay.
public struct StreamLimits: Sendable {
    /// Connections of the process.
    public var totalConnections = 10_000
    /// Connections of one source address. An office behind one NAT has many people.
    public var connectionsPerSource = 256
    /// A connection without an allocation closes after this, the TLS handshake included.
    public var strangerDeadline = TimeInterval.seconds(15)
    /// Media older than this in a connection's send queue means that the client reads too slowly: what comes then is dropped.
    public var queueDelay = TimeInterval.milliseconds(200)
    /// A connection whose queue does not move for this long closes.
    public var progressDeadline = TimeInterval.seconds(10)
    /// A connection from which nothing comes for this long closes: the longest lifetime of an allocation.
    public var idleDeadline = TimeInterval.seconds(3600)

    public init() {}
}

/// The connections that are there, counted over all event loops.
final class StreamCensus: Sendable {
    private struct Counts {
        var total = 0
        var bySource: [IPAddress: Int] = [:]
    }

    let limits: StreamLimits
    private let counts = Mutex(Counts())

    init(limits: StreamLimits) {
        self.limits = limits
    }

    /// Counts a connection in. False when it may not stay; then it must not be counted out.
    func admit(_ source: IPAddress) -> Bool {
        counts.withLock { counts in
            guard counts.total < limits.totalConnections, counts.bySource[source, default: 0] < limits.connectionsPerSource
            else { return false }
            counts.total += 1
            counts.bySource[source, default: 0] += 1
            return true
        }
    }

    func remove(_ source: IPAddress) {
        counts.withLock { counts in
            counts.total -= 1
            let left = counts.bySource[source, default: 1] - 1
            counts.bySource[source] = left > 0 ? left : nil
        }
    }

    var total: Int { counts.withLock { $0.total } }
}
