/// What became of the datagrams that a shard wanted to send. Counts since start.
public struct TransmitStatistics: Sendable {
    /// Datagrams that the kernel took.
    public var datagrams: UInt64 = 0
    /// Calls of `sendmmsg`.
    public var calls: UInt64 = 0
    /// Messages of more than one segment.
    public var trains: UInt64 = 0
    /// Datagrams that left in such messages.
    public var segments: UInt64 = 0
    /// Dropped because the socket's send queue was full.
    public var droppedQueueFull: UInt64 = 0
    /// Dropped because they were larger than the path or UDP allows.
    public var droppedTooLarge: UInt64 = 0
    /// Dropped for another error: no route, a firewall.
    public var droppedError: UInt64 = 0
    /// Messages that the kernel refused to cut into segments, sent again one by one.
    public var trainsRefused: UInt64 = 0

    public init() {}

    public static func += (left: inout TransmitStatistics, right: TransmitStatistics) {
        left.datagrams &+= right.datagrams
        left.calls &+= right.calls
        left.trains &+= right.trains
        left.segments &+= right.segments
        left.droppedQueueFull &+= right.droppedQueueFull
        left.droppedTooLarge &+= right.droppedTooLarge
        left.droppedError &+= right.droppedError
        left.trainsRefused &+= right.trainsRefused
    }
}
