/// What a ``Router`` has done and refused, since it was made.
public struct RouterCounters: Sendable, Hashable {
    public var receivedPackets: UInt64 = 0
    public var receivedBytes: UInt64 = 0
    public var sentPackets: UInt64 = 0
    public var sentBytes: UInt64 = 0
    public var receivedControlPackets: UInt64 = 0
    public var sentControlPackets: UInt64 = 0

    /// From a participant that is gone.
    public var strayPackets: UInt64 = 0
    /// Not RTP, or broken.
    public var malformedPackets: UInt64 = 0
    /// Not RTCP, or a message in it was broken.
    public var malformedControlPackets: UInt64 = 0
    /// RTCP messages of kinds that we have no use for.
    public var ignoredControlMessages: UInt64 = 0
    public var unknownSSRCPackets: UInt64 = 0
    public var unknownPayloadTypePackets: UInt64 = 0
    public var duplicatePackets: UInt64 = 0
    public var latePackets: UInt64 = 0
    public var suspiciousPackets: UInt64 = 0
    public var paddingPackets: UInt64 = 0
    public var streamRestarts: UInt64 = 0
    /// Publishers' retransmissions that brought something new.
    public var recoveredPackets: UInt64 = 0
    /// Packets that do not fit a slot of the ring and cannot be sent again.
    public var oversizePackets: UInt64 = 0
    /// Copies that were not sent because the sink had no slot.
    public var droppedWithoutSlot: UInt64 = 0
    /// Copies that were not sent because the subscriber does not know the codec.
    public var droppedWithoutCodec: UInt64 = 0

    /// Sequence numbers that subscribers asked for.
    public var requestedRetransmissions: UInt64 = 0
    public var sentRetransmissions: UInt64 = 0
    /// Asked for again too soon or too often, while a key frame is awaited, or beyond the budget.
    public var refusedRetransmissions: UInt64 = 0
    /// Asked for and not kept: never sent, or too old.
    public var missedRetransmissions: UInt64 = 0
    /// Sequence numbers that we asked publishers for.
    public var requestedPackets: UInt64 = 0
    public var keyFrameRequests: UInt64 = 0
    public var keyFrames: UInt64 = 0
    public var layerSwitches: UInt64 = 0
    public var refusedSwitches: UInt64 = 0
    public var transportFeedbackSent: UInt64 = 0
    public var transportFeedbackReceived: UInt64 = 0
    public var droppedEvents: UInt64 = 0

    public init() {}
}
