public import TURN

/// What a shard did in its loop. Counts since start.
public struct ShardStatistics: Sendable {
    public var turns: UInt64 = 0
    /// Turns after which the shard rested to gather a batch.
    public var rests: UInt64 = 0
    /// Messages received: a datagram each, or several of one source that the kernel coalesced.
    public var messagesReceived: UInt64 = 0

    public init() {}
}

/// Everything that can be counted on a shard, at one moment.
public struct ShardSnapshot: Sendable {
    public var allocations: Int
    public var turn: Counters
    public var relayed: RelayStatistics
    public var dtls: DTLSStatistics
    public var transmit: TransmitStatistics
    public var relaySockets: RelaySocketStatistics
    public var shard: ShardStatistics
}

/// What was lost between the machine and the sockets. Counts since start.
public struct RelayStatistics: Sendable {
    /// Dropped because a turn had more to send than its queue holds.
    public var droppedOverload: UInt64 = 0
    /// Dropped because the allocation has no socket for the peer's family.
    public var droppedWithoutSocket: UInt64 = 0
    /// DTLS records where no certificate is configured.
    public var dtlsRecordsUnserved: UInt64 = 0
}

public struct RelaySocketStatistics: Sendable {
    /// Relay sockets that are open now.
    public var open = 0
}

/// DTLS on the UDP listeners of a shard. Counts since start, but for the connections.
public struct DTLSStatistics: Sendable {
    /// Connections that are there now.
    public var connections = 0
    public var accepted: UInt64 = 0
    public var cookiesSent: UInt64 = 0
    public var cookiesRefused: UInt64 = 0
    /// Hellos with which nothing could be negotiated.
    public var refused: UInt64 = 0
    public var malformed: UInt64 = 0
}
