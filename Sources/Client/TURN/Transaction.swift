internal import STUN
internal import Wire

/// A request that waits for its response, with the retransmission rules of RFC 8489 section 6.2.
///
/// Its bytes are not kept: as long as the challenge stays the same they can be made again, and when it changes the request
/// starts again under a new identifier.
struct Transaction: Sendable {
    enum Request: Hashable, Sendable {
        case allocate
        /// A lifetime of 0 deletes the allocation.
        case refresh(lifetimeSeconds: UInt32?)
        case createPermission(IPAddress)
        case channelBind(ChannelNumber, TransportAddress)

        var method: Method {
            switch self {
            case .allocate: .allocate
            case .refresh: .refresh
            case .createPermission: .createPermission
            case .channelBind: .channelBind
            }
        }
    }

    /// Rc: the number of transmissions.
    static let maximumTransmissions = 7
    /// Rm: how many time-outs to wait after the last one.
    static let finalWait: Int64 = 16
    /// Ti: how long to wait over a stream.
    static let streamTimeout = TimeInterval.milliseconds(39_500)
    /// How many 401 and 438 answers in a row are followed; more is a server that cannot be satisfied.
    static let maximumChallenges = 3

    let request: Request
    /// Chosen at the first transmission.
    var id: TransactionID?
    /// The message is to be sent at the next opportunity.
    var isDue = true
    /// It was sent with user name and integrity.
    var hasCredentials = false
    private(set) var challenges = 0
    private var transmissions = 1
    /// When to send again or to give up.
    private(set) var timer: MonotonicTime

    init(_ request: Request, transport: TransportProtocol, timeout: TimeInterval, at now: MonotonicTime) {
        self.request = request
        if transport.isStream {
            transmissions = Self.maximumTransmissions
            timer = now + Self.streamTimeout
        } else {
            timer = now + timeout
        }
    }

    /// The same request after a challenge, under an identifier of its own.
    func restarted(
        transport: TransportProtocol,
        timeout: TimeInterval,
        at now: MonotonicTime,
        wasChallenged: Bool
    ) -> Transaction {
        var transaction = Transaction(request, transport: transport, timeout: timeout, at: now)
        transaction.challenges = challenges + (wasChallenged ? 1 : 0)
        return transaction
    }

    enum TimerAction {
        case none
        case giveUp
    }

    /// Retransmits when the timer has run out.
    mutating func advance(to now: MonotonicTime, timeout: TimeInterval) -> TimerAction {
        guard timer <= now else { return .none }
        guard transmissions < Self.maximumTransmissions else { return .giveUp }
        isDue = true
        transmissions += 1
        // The intervals double: 1, 2, 4, 8, 16, 32 time-outs, and 16 after the last transmission.
        let factor = transmissions == Self.maximumTransmissions ? Self.finalWait : 1 << Int64(transmissions - 1)
        timer = now + timeout * factor
        return .none
    }
}
