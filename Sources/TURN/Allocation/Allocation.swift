internal import STUN
internal import Wire

/// One relayed transport address of an allocation.
struct Relay: BitwiseCopyable {
    /// 0 where there is no address of this family.
    var port: UInt16 = 0
    /// The relay socket is open.
    var isBound = false
    var expiry = MonotonicTime.zero

    func isAlive(at now: MonotonicTime) -> Bool { port != 0 && expiry > now }
}

/// What packets need to know of an allocation (RFC 8656 section 5). What only requests need is in ``Account``.
struct Allocation: BitwiseCopyable {
    /// 0 where the slot is free.
    var generation: UInt32
    var fiveTuple: FiveTuple
    var ipv4 = Relay()
    var ipv6 = Relay()
    var permissions = ChainPool<Permission>.List()
    var channels = ChainPool<ChannelBinding>.List()
    var toPeers = RateLimit.State()
    var toClient = RateLimit.State()
    /// The earliest entry of this allocation in the queue of deadlines.
    var wake = MonotonicTime.distantFuture

    init(generation: UInt32, fiveTuple: FiveTuple) {
        self.generation = generation
        self.fiveTuple = fiveTuple
    }

    subscript(family: IPAddress.Family) -> Relay {
        get { family == .ipv4 ? ipv4 : ipv6 }
        set { if family == .ipv4 { ipv4 = newValue } else { ipv6 = newValue } }
    }

    func isAlive(at now: MonotonicTime) -> Bool { ipv4.isAlive(at: now) || ipv6.isAlive(at: now) }
}

/// What requests need to know of an allocation.
struct Account {
    /// The username of the Allocate: every later request must come with it (RFC 8656 section 5).
    var username: [UInt8]
    /// The key of the Allocate; the password is not kept (RFC 8656 section 6).
    var key: IntegrityKey
    var passwordAlgorithm: PasswordAlgorithm
    var source: CredentialSource
    var owner: QuotaTable.Owner
    /// Of the Allocate, to recognise its retransmissions.
    var transactionID: TransactionID
    var reservationToken: UInt64?
    /// The second family was asked for and refused with this error.
    var additionalFamilyError: ErrorCode?
}
