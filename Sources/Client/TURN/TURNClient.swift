public import STUN
public import Wire

/// A TURN client without socket, clock or thread (RFC 8656): one allocation with its permissions and channels.
///
/// Commands (``allocate(at:)``, ``createPermission(for:at:)``, ``bindChannel(to:at:)``, ``close(at:)``), messages of the
/// server (``receive(_:at:)``) and time (``advance(to:)``) go in. After each input drain the outputs: ``nextTransmit(into:using:)``
/// until it returns nil, ``nextEvent()`` until it returns nil, then wait for ``nextDeadline`` or the next message.
///
/// ```
///                 allocate                success
///     idle ----------------> allocating ----------> allocated
///                                |                   |   ^ |
///                                | failure     close |   | | refreshes
///                                v                   v   +-+
///                             closed <----------- closing
/// ```
///
/// Data travel beside that: ``wrap(_:in:on:)``, ``wrap(_:in:to:)`` and ``unwrap(_:)`` do not allocate. A client with one
/// channel is about a kilobyte.
public struct TURNClient: Sendable {
    let configuration: TURNClientConfiguration
    var phase = Phase.idle
    var challenge: Challenge?
    var transactions: [Transaction] = []
    var permissions: [Permission] = []
    var bindings: [Binding] = []
    var events: [TURNClientEvent] = []
    var nextChannel = ChannelNumber.valid.lowerBound
    /// State of the identifiers of Send indications, which are not secrets.
    var indicationState: UInt64 = 0

    enum Phase: Sendable {
        case idle
        case allocating
        case allocated(Allocation)
        case closing
        case closed
    }

    struct Allocation: Sendable {
        let relayed: TransportAddress
        var refreshAt: MonotonicTime
        var expiry: MonotonicTime
    }

    struct Permission: Sendable {
        let ip: IPAddress
        /// When to ask again; nil while a request is under way.
        var refreshAt: MonotonicTime?
        /// nil until the server has agreed once.
        var expiry: MonotonicTime?
    }

    struct Binding: Sendable {
        let channel: ChannelNumber
        let peer: TransportAddress
        var refreshAt: MonotonicTime?
        var expiry: MonotonicTime?
    }

    /// RFC 8656 section 9: permissions last 300 s. Asked for again a minute before, so that all transmissions of a request
    /// fit in between.
    static let permissionLifetime = TimeInterval.seconds(300)
    /// RFC 8656 section 12: bindings last 600 s. They are refreshed as often as permissions, which they install too.
    static let bindingLifetime = TimeInterval.seconds(600)
    static let refreshInterval = TimeInterval.seconds(240)
    /// How long before the end of an allocation it is refreshed, at most.
    static let refreshMargin = TimeInterval.seconds(60)

    public init(_ configuration: TURNClientConfiguration) {
        self.configuration = configuration
    }

    /// The relayed transport address while there is an allocation.
    public var relayedAddress: TransportAddress? {
        guard case .allocated(let allocation) = phase else { return nil }
        return allocation.relayed
    }

    public var isClosed: Bool {
        guard case .closed = phase else { return false }
        return true
    }

    /// Asks for an allocation. To be called once; later calls do nothing.
    public mutating func allocate(at now: MonotonicTime) {
        guard case .idle = phase else { return }
        phase = .allocating
        start(.allocate, at: now)
    }

    /// Asks for a permission and keeps it alive. A bound channel implies one.
    ///
    /// - Returns: false without an allocation.
    @discardableResult
    public mutating func createPermission(for ip: IPAddress, at now: MonotonicTime) -> Bool {
        guard relayedAddress != nil else { return false }
        guard !permissions.contains(where: { $0.ip == ip }) else { return true }
        permissions.append(Permission(ip: ip))
        start(.createPermission(ip), at: now)
        return true
    }

    /// Asks for a channel and keeps it bound. Numbers are counted up from 0x4000.
    ///
    /// - Returns: the number, which serves for ``wrap(_:in:on:)`` after ``TURNClientEvent/channelBound(_:peer:)``; the same one
    ///   for the same peer; nil without an allocation or after 4096 channels.
    @discardableResult
    public mutating func bindChannel(to peer: TransportAddress, at now: MonotonicTime) -> ChannelNumber? {
        guard relayedAddress != nil else { return nil }
        if let binding = bindings.first(where: { $0.peer == peer }) { return binding.channel }
        let channel = ChannelNumber(rawValue: nextChannel)
        guard channel.isValid else { return nil }
        nextChannel += 1
        bindings.append(Binding(channel: channel, peer: peer))
        start(.channelBind(channel, peer), at: now)
        return channel
    }

    /// Deletes the allocation (RFC 8656 section 8): ``TURNClientEvent/closed(_:)`` follows when the server has answered, or
    /// does not answer, or at once when there is nothing to delete.
    public mutating func close(at now: MonotonicTime) {
        switch phase {
        case .closing, .closed:
            return
        case .idle:
            finish(nil)
        case .allocating where challenge == nil:
            finish(nil)
        case .allocating, .allocated:
            // An Allocate request under way may have been granted: deleting what is not there does no harm.
            phase = .closing
            transactions.removeAll()
            permissions.removeAll()
            bindings.removeAll()
            start(.refresh(lifetimeSeconds: 0), at: now)
        }
    }

    /// The next event in order.
    public mutating func nextEvent() -> TURNClientEvent? {
        events.isEmpty ? nil : events.removeFirst()
    }

    mutating func start(_ request: Transaction.Request, at now: MonotonicTime) {
        transactions.append(
            Transaction(
                request,
                transport: configuration.transport,
                timeout: configuration.retransmissionTimeout,
                at: now
            )
        )
    }

    /// Ends everything.
    mutating func finish(_ failure: TURNClientFailure?) {
        phase = .closed
        transactions.removeAll()
        permissions.removeAll()
        bindings.removeAll()
        events.append(.closed(failure))
    }
}
