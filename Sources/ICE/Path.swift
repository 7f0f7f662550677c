public import Wire

/// A way between the agent and its peer: a candidate pair of RFC 8445, of which we only know our end and the address that
/// packets come from.
public struct Path: Hashable, Sendable, BitwiseCopyable {
    /// Where packets of the peer come from, and where ours go: the relayed transport address as a rule.
    public var remote: TransportAddress
    /// Which of our candidates: an index that the engine gives a meaning.
    public var local: UInt16
    /// The allocation of the relay in this process that handed the packet over: it is authorised by that and not by its
    /// address. nil for a packet from a socket.
    public var allocation: UInt64?

    @inlinable
    public init(remote: TransportAddress, local: UInt16 = 0, allocation: UInt64? = nil) {
        self.remote = remote
        self.local = local
        self.allocation = allocation
    }
}
