internal import STUN
public import Wire

/// What a ``Server`` is told. All of it but the relay addresses can be changed while it runs.
public struct Configuration: Sendable {
    /// The realm of the long-term credentials: the domain of the deployment.
    public var realm: String
    /// The address that relayed transport addresses have, one per family at most; not changed by a reconfiguration.
    public var ipv4RelayAddress: IPAddress?
    public var ipv6RelayAddress: IPAddress?
    public var credentials: CredentialPolicy
    public var policy: PeerPolicy

    /// Lifetimes of allocations (RFC 8656 section 7.2: the default is ten minutes, the maximum at most an hour).
    public var defaultLifetimeSeconds: UInt32 = 600
    public var maximumLifetimeSeconds: UInt32 = 3600
    /// For how long a nonce serves. RFC 8656 section 5: at most an hour.
    public var nonceLifetimeSeconds: UInt32 = 600
    /// For how long a reserved port waits. RFC 8656 section 7.2: at least 30 s.
    public var reservationLifetimeSeconds: UInt32 = 30

    /// Peers of one allocation.
    public var maximumPermissions = 32
    public var maximumChannels = 32
    public var quotas = AllocationQuotas()
    /// Bits per second of one allocation in each direction; 0 is unlimited.
    public var allocationBitsPerSecond: UInt64 = 0
    /// Bits per second of all allocations of the process in each direction; 0 is unlimited.
    public var totalBitsPerSecond: UInt64 = 0
    public var replyLimits = ReplyLimits()

    /// Answer Binding requests, for which nobody needs credentials.
    public var answersBinding = true
    /// Offer SHA-256 keys besides MD5 (RFC 8489 section 9.2.4): 12 bytes in every challenge.
    public var offersPasswordAlgorithms = true
    /// The relay sockets can set the DF bit per datagram.
    public var supportsDontFragment = true
    /// Two relayed transport addresses, one per family, in one allocation.
    public var allowsDualAllocation = false
    /// EVEN-PORT with the R bit, and RESERVATION-TOKEN.
    public var allowsEvenPortReservation = false
    /// Channel numbers 0x5000-0x7FFF, as in RFC 5766.
    public var allowsRFC5766Channels = false
    /// The value of SOFTWARE in answers to authenticated Allocate and Refresh requests; empty for none.
    public var software = ""

    public init(
        realm: String,
        ipv4RelayAddress: IPAddress? = nil,
        ipv6RelayAddress: IPAddress? = nil,
        credentials: CredentialPolicy,
        policy: PeerPolicy
    ) {
        self.realm = realm
        self.ipv4RelayAddress = ipv4RelayAddress
        self.ipv6RelayAddress = ipv6RelayAddress
        self.credentials = credentials
        self.policy = policy
    }

    /// Throws for the first setting that no server can follow.
    public func validate() throws(ConfigurationError) {
        try credentials.validate()
        try quotas.validate()
        guard (try? OpaqueString.enforce(realm)) != nil, realm.utf8.count < 128 else {
            throw ConfigurationError(key: "realm", value: realm, expected: "a domain of 1 to 127 bytes")
        }
        for user in credentials.staticUsers
        where (try? OpaqueString.enforce(user.name)) == nil || (try? OpaqueString.enforce(user.password)) == nil {
            throw ConfigurationError(
                key: "static_users",
                value: user.name,
                expected: "a name and a password without control characters"
            )
        }
        guard ipv4RelayAddress != nil || ipv6RelayAddress != nil else {
            throw ConfigurationError(
                key: "relay_addresses",
                value: "",
                expected: "an address that relay sockets bind to"
            )
        }
        for (address, family) in [(ipv4RelayAddress, IPAddress.Family.ipv4), (ipv6RelayAddress, .ipv6)] {
            guard let address else { continue }
            guard address.family == family, !address.isUnspecified, !address.isMulticast else {
                throw ConfigurationError(
                    key: "relay_addresses",
                    value: "\(address)",
                    expected: "one address of this machine per family, not a wildcard"
                )
            }
        }
        try Self.require("default_lifetime", Int(defaultLifetimeSeconds), in: 1...3600)
        try Self.require("max_lifetime", Int(maximumLifetimeSeconds), in: Int(defaultLifetimeSeconds)...3600)
        try Self.require("nonce_lifetime", Int(nonceLifetimeSeconds), in: 10...3600)
        try Self.require("reservation_lifetime", Int(reservationLifetimeSeconds), in: 30...3600)
        try Self.require("max_permissions", maximumPermissions, in: 1...1024)
        try Self.require("max_channels", maximumChannels, in: 1...1024)
        guard software.utf8.count < 128 else {
            throw ConfigurationError(key: "software", value: software, expected: "at most 127 bytes")
        }
    }

    private static func require(_ key: String, _ value: Int, in range: ClosedRange<Int>) throws(ConfigurationError) {
        guard range.contains(value) else {
            throw ConfigurationError(
                key: key,
                value: "\(value)",
                expected: "a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
    }

    func relayAddress(_ family: IPAddress.Family) -> IPAddress? {
        family == .ipv4 ? ipv4RelayAddress : ipv6RelayAddress
    }
}
