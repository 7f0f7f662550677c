public import TURN
public import Wire

/// What an operator sets for `martlet turn`, checked and complete.
public struct TURNSettings: Sendable, Equatable {
    public enum LogLevel: String, CaseIterable, Sendable {
        case trace, debug, info, notice, warning, error, critical
    }

    public enum LogFormat: String, CaseIterable, Sendable {
        case text, json
    }

    /// What a draining server answers to an Allocate: 486 (Allocation Quota Reached) or 300 (Try Alternate).
    public enum DrainAnswer: Equatable, Sendable {
        case quotaReached
        case tryAlternate(TransportAddress)
    }

    /// A certificate chain and its key, both PEM files. They are read again on a reload.
    public struct Certificate: Hashable, Sendable {
        public var chainPath: String
        public var keyPath: String
    }

    /// Plain TURN over UDP.
    public var listens: [TransportAddress] = []
    /// Plain TURN over TCP.
    public var tcpListens: [TransportAddress] = []
    /// TURN over TLS over TCP.
    public var tlsListens: [TransportAddress] = []
    /// TURN over DTLS over UDP. These take plain TURN over UDP as well, and where there is one of them all of ``listens`` take
    /// DTLS: a record is told from a TURN message by its first byte.
    public var dtlsListens: [TransportAddress] = []
    /// Present whenever ``tlsListens`` or ``dtlsListens`` is not empty.
    public var certificate: Certificate?

    /// Where allocations get their relayed transport addresses: at most one address per family, at least one.
    public var relayAddresses: [IPAddress] = []
    public var relayPorts: ClosedRange<UInt16> = 49_152...65_535
    /// Addresses that clients know us by: for URIs, and never a peer.
    public var publicIPs: [IPAddress] = []

    public var realm = ""
    public var namespace = ""
    /// Secrets of time-limited credentials: any of them is good.
    public var authSecrets: [SharedSecret] = []
    public var users: [StaticUser] = []

    /// The only peers there are.
    public var allowPeers: [AllowedPeer] = []
    public var allowWidePrefix = false

    public var shards = 1
    /// Nil when switched off.
    public var metricsListen: TransportAddress?
    public var logLevel = LogLevel.info
    public var logFormat = LogFormat.text
    /// Loopback relaying and peers are allowed.
    public var development = false
    /// Whether Binding requests are answered.
    public var stun = true

    /// Allocations at once of one user, of one source address, of all; 0 is unlimited.
    public var userQuota = 0
    public var sourceQuota = 0
    public var totalQuota = 0
    /// Bits per second of one allocation and of all, each direction on its own; 0 is unlimited.
    public var maxBitsPerSecond: Int64 = 0
    public var totalMaxBitsPerSecond: Int64 = 0
    public var maxPermissions = 32
    public var maxChannels = 32
    public var maxLifetime = TimeInterval.seconds(3600)
    public var nonceLifetime = TimeInterval.seconds(600)
    /// Answers per second to an IPv4 address or an IPv6 /64 that has not proved who it is, and five times as many in a burst; 0
    /// is unlimited.
    public var replyLimit = 100
    public var strictExpiry = false
    public var dualAllocation = false
    public var evenPortReservation = false
    /// Accept channel numbers 0x4000-0x7FFF (RFC 5766) instead of 0x4000-0x4FFF (RFC 8656).
    public var rfc5766Channels = false
    /// TCP and TLS connections at once, of all and of one source address; 0 is unlimited.
    public var maxConnections = 10_000
    public var maxConnectionsPerSource = 0

    public var drainTimeout = TimeInterval.seconds(30)
    public var drainAnswer = DrainAnswer.quotaReached

    /// What is allowed and worth a word at start.
    public var warnings: [String] = []
}
