internal import Synchronization

/// What happened to TCP and TLS connections. Counts since start, over all event loops.
public struct StreamStatistics: Sendable {
    /// Connections that are there now.
    public var connections = 0
    public var accepted: UInt64 = 0
    /// Refused because there were too many, in total or from one source.
    public var refused: UInt64 = 0
    /// Closed because no allocation came in time.
    public var strangersClosed: UInt64 = 0
    /// Closed because bytes came that are neither STUN nor ChannelData.
    public var malformed: UInt64 = 0
    /// Closed because the client did not read.
    public var stalled: UInt64 = 0
    /// Relayed datagrams that a slow client did not get.
    public var droppedSlowClient: UInt64 = 0
    /// TLS handshakes that failed.
    public var handshakesFailed: UInt64 = 0
}

/// The same as atomics, written by the event loops.
final class StreamCounters: Sendable {
    let accepted = Atomic<UInt64>(0)
    let refused = Atomic<UInt64>(0)
    let strangersClosed = Atomic<UInt64>(0)
    let malformed = Atomic<UInt64>(0)
    let stalled = Atomic<UInt64>(0)
    let droppedSlowClient = Atomic<UInt64>(0)
    let handshakesFailed = Atomic<UInt64>(0)

    func snapshot(connections: Int) -> StreamStatistics {
        StreamStatistics(
            connections: connections,
            accepted: accepted.load(ordering: .relaxed),
            refused: refused.load(ordering: .relaxed),
            strangersClosed: strangersClosed.load(ordering: .relaxed),
            malformed: malformed.load(ordering: .relaxed),
            stalled: stalled.load(ordering: .relaxed),
            droppedSlowClient: droppedSlowClient.load(ordering: .relaxed),
            handshakesFailed: handshakesFailed.load(ordering: .relaxed)
        )
    }
}
