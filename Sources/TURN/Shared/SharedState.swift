internal import Synchronization
internal import Wire

/// What the servers of all shards share. The tables behind its lock are touched when an allocation begins or ends, never
/// by packets.
public final class SharedState: Sendable {
    let tables: Mutex<SharedTables>
    let nonces: NonceMint
    let clientToPeer = BandwidthBudget()
    let peerToClient = BandwidthBudget()
    private let seeds: Mutex<HMACGenerator>
    /// The ports of every relay address. No other program may use them.
    public let relayPorts: ClosedRange<UInt16>

    /// - Parameters:
    ///   - relayPorts: For each relay address.
    ///   - nonceKey: 32 random bytes that a fleet of servers shares so that a nonce of one serves at the others; made here
    ///     when nil.
    /// - Precondition: `relayPorts` does not contain 0; `nonceKey` has at least 16 bytes.
    public init(
        relayPorts: ClosedRange<UInt16> = 49152...65535,
        nonceKey: [UInt8]? = nil,
        using generator: inout some RandomNumberGenerator
    ) {
        precondition(relayPorts.lowerBound > 0, "port 0 is no port")
        precondition((nonceKey?.count ?? 16) >= 16, "a nonce key has at least 16 bytes")
        self.relayPorts = relayPorts
        nonces = NonceMint(key: nonceKey ?? HMACGenerator.bytes(32, using: &generator))
        tables = Mutex(SharedTables(relayPorts, generator: HMACGenerator(using: &generator)))
        seeds = Mutex(HMACGenerator(using: &generator))
    }

    /// A secret for the tables of one server.
    func nextSeed() -> UInt64 {
        seeds.withLock { $0.next() }
    }

    /// Allocations and reservations of all shards.
    public var allocationCount: Int { tables.withLock { $0.quotas.total } }

    /// Relay ports in use, of all addresses.
    public var relayPortsTaken: Int { tables.withLock { $0.ipv4.takenCount + $0.ipv6.takenCount } }
}
