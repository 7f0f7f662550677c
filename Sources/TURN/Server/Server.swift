public import Wire

/// A TURN and STUN server without sockets, clock or thread (RFC 8656, RFC 8489): messages and time go in, actions come out.
///
/// One per shard. The tables that all shards need are in ``SharedState``. Give it every message of a client with
/// ``receive(_:over:at:relay:)`` and every datagram of a peer with ``receive(fromPeer:on:through:payloadCount:at:header:)``,
/// and call ``advance(to:relay:)`` when ``nextDeadline`` has come. What a method returns is to be done before the next call.
///
/// Packets (ChannelData, Send indications, datagrams of peers) touch no lock, no reference count and no allocator.
/// Sources that have not proved who they are leave nothing behind.
public struct Server: ~Copyable {
    var configuration: Configuration
    let shared: SharedState
    var verifier: CredentialVerifier
    var allocations: AllocationTable
    var deadlines = DeadlineQueue<Deadline>()
    var replies: ReplyLimiter
    var drainAnswer: DrainAnswer?
    var allocationRate: RateLimit
    var sliceToPeers = BandwidthSlice()
    var sliceToClients = BandwidthSlice()
    /// State of the identifiers of Data indications, which are not secrets.
    var indicationState: UInt64
    var output: [UInt8]
    var outputCount = 0

    /// What this server has done since its start.
    public internal(set) var counters = Counters()

    enum Deadline: Sendable {
        case allocation(AllocationHandle)
        case reservation(UInt64)
    }

    /// No response is longer: each has at most one challenge or one set of addresses.
    static let responseCapacity = 2048

    /// - Precondition: `configuration.validate()` does not throw.
    public init(configuration: Configuration, shared: SharedState) {
        self.configuration = configuration
        self.shared = shared
        verifier = CredentialVerifier(configuration.credentials, realm: configuration.realm)
        allocations = AllocationTable(seed: shared.nextSeed())
        replies = ReplyLimiter(configuration.replyLimits, seed: shared.nextSeed())
        allocationRate = .bitsPerSecond(configuration.allocationBitsPerSecond)
        indicationState = shared.nextSeed()
        output = Array(repeating: 0, count: Self.responseCapacity)
    }

    /// The bytes of the last ``ReceiveAction/respond(count:)``, until the next call.
    public var response: RawSpan {
        @_lifetime(borrow self)
        get { output.rawSpan.extracting(0..<outputCount) }
    }

    /// Allocations of this server.
    public var allocationCount: Int { allocations.count }

    /// The allocation over a five-tuple.
    public func allocation(over fiveTuple: FiveTuple) -> AllocationHandle? {
        allocations.index(over: fiveTuple).map { allocations.handle(at: $0) }
    }

    /// Where the client of an allocation is; nil when the allocation has ended.
    public func fiveTuple(of allocation: AllocationHandle) -> FiveTuple? {
        allocations.index(of: allocation).map { allocations.slots[$0].fiveTuple }
    }

    /// The relayed transport address of an allocation in one family.
    public func relayedAddress(of allocation: AllocationHandle, _ family: IPAddress.Family) -> TransportAddress? {
        guard let index = allocations.index(of: allocation) else { return nil }
        return relayedAddress(at: index, family)
    }

    func relayedAddress(at index: Int, _ family: IPAddress.Family) -> TransportAddress? {
        let port = allocations.slots[index][family].port
        guard port != 0, let ip = configuration.relayAddress(family) else { return nil }
        return TransportAddress(ip, port: port)
    }

    /// True when a peer may be used, and how: the one judgement for every path by which a peer can be named.
    ///
    /// A candidate of this process is asked for first. Mapped and other encodings of an address are not second names for a
    /// peer: the address must be written in its own family.
    func routes<R: RelayTransport & ~Copyable>(to peer: TransportAddress, _ relay: borrowing R) -> PeerRoutes {
        guard CanonicalPeer(peer.ip) == .address(peer.ip) else { return [] }
        var routes: PeerRoutes = []
        if peer.port != 0, relay.servesLocally(peer) { routes.insert(.local) }
        if configuration.policy.judge(peer) == .allowed { routes.insert(.socket) }
        return routes
    }

    /// The same for CreatePermission, which has no port.
    func routes<R: RelayTransport & ~Copyable>(to ip: IPAddress, _ relay: borrowing R) -> PeerRoutes {
        guard CanonicalPeer(ip) == .address(ip) else { return [] }
        var routes: PeerRoutes = []
        if relay.hasLocalPeer(at: ip) { routes.insert(.local) }
        if configuration.policy.judge(ip) == .allowed { routes.insert(.socket) }
        return routes
    }
}
