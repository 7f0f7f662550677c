/// What a context does with an SSRC that nobody added.
public struct StreamPolicy: Sendable, Hashable {
    /// True: an unknown SSRC becomes a stream with its first authentic packet. False: its packets are refused.
    public var admitsUnknown: Bool
    /// The most streams a context keeps; more are refused, since forgetting one would let its packets be replayed.
    public var maximumStreams: Int

    /// - Parameter maximumStreams: 1 or more. 512 is several times what one participant sends, and about 100 kB when
    ///   somebody who holds the key uses it up.
    public init(admitsUnknown: Bool = true, maximumStreams: Int = 512) {
        precondition(maximumStreams > 0, "a context has room for one stream at least")
        self.admitsUnknown = admitsUnknown
        self.maximumStreams = maximumStreams
    }
}
