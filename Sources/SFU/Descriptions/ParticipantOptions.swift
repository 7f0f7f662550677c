/// What the connection of a participant agreed on as a whole.
public struct ParticipantOptions: Sendable, Hashable {
    /// RTCP packets need not start with a report (`a=rtcp-rsize`).
    public var reducedSizeRTCP: Bool
    /// The participant understands feedback about every packet (`a=rtcp-fb:... transport-cc`).
    public var transportFeedback: Bool
    /// The participant understands REMB (`a=rtcp-fb:... goog-remb`). It is used where transport-wide feedback is not.
    public var receiverEstimate: Bool
    /// The most that the participant is told to send with REMB.
    public var maximumReceiveBitsPerSecond: UInt64

    public init(
        reducedSizeRTCP: Bool = true,
        transportFeedback: Bool = true,
        receiverEstimate: Bool = true,
        maximumReceiveBitsPerSecond: UInt64 = 8_000_000
    ) {
        self.reducedSizeRTCP = reducedSizeRTCP
        self.transportFeedback = transportFeedback
        self.receiverEstimate = receiverEstimate
        self.maximumReceiveBitsPerSecond = maximumReceiveBitsPerSecond
    }
}
