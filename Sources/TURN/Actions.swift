public import Wire

/// What to do after a client's message.
public enum ReceiveAction: Hashable, Sendable {
    case drop(DropReason)
    /// Send ``Server/response``, this many bytes, back over the five-tuple.
    case respond(count: Int)
    /// Relay the bytes of the message at `payload` to a peer.
    ///
    /// A candidate of an SFU in this process is looked for first. When there is none, the relay socket of the allocation and
    /// of the peer's family sends them; but not when `mustBeLocal`, for then no rule of the policy names the peer and the
    /// datagram is dropped.
    case relay(
        AllocationHandle,
        peer: TransportAddress,
        payload: Range<Int>,
        dontFragment: Bool,
        mustBeLocal: Bool
    )
}

/// What to do with a datagram for a client.
public enum PeerAction: Hashable, Sendable {
    case drop(DropReason)
    /// Send it with the first `headerCount` bytes of the header in front and `trailerCount` zero bytes behind.
    case encapsulate(headerCount: Int, trailerCount: Int)
}

/// How a datagram from a peer came here.
public enum PeerOrigin: Hashable, Sendable {
    /// Through the relay socket: its source address is what authorises it.
    case socket
    /// Handed over by an SFU in this process: the allocation's handle is what authorises it.
    case local
}

/// How a server that goes out of service answers new Allocate requests.
public enum DrainAnswer: Hashable, Sendable {
    /// 486 (Allocation Quota Reached).
    case quotaReached
    /// 300 (Try Alternate), to clients of the same address family; 486 to others.
    case alternateServer(ipv4: TransportAddress?, ipv6: TransportAddress?)
}

/// Why a message was dropped without a word.
public enum DropReason: UInt8, Hashable, Sendable, CaseIterable {
    /// Neither STUN nor ChannelData, or not well-formed.
    case malformed
    case badFingerprint
    /// A response, an indication that no client sends, or a method that is not known.
    case unexpectedMessage
    /// Binding requests are not answered here.
    case bindingDisabled
    /// A source has had its answers for now.
    case replyLimit
    /// All sources together have.
    case totalReplyLimit
    /// An indication or ChannelData without an allocation.
    case noAllocation
    case unboundChannel
    case noPermission
    /// The policy does not have this peer.
    case forbiddenPeer
    /// An indication with an attribute that must be understood and is not.
    case unknownAttribute
    /// Above the bandwidth of the allocation.
    case allocationBandwidth
    /// Above the bandwidth of the process.
    case totalBandwidth
    /// More bytes than the message can carry.
    case oversized
    /// An ICMP type that clients are not told of.
    case ignoredICMP
}
