import STUN
import Synchronization
import Testing
import Wire

@testable import TURN

/// A server with its fake relay sockets and a clock that the test moves.
final class Lab {
    static let realm = "turn.example"
    static let secret = SharedSecret("dGhlIHRleHQgaXMgdGhlIGtleQ==")
    static let peer = "10.0.0.2:20000"
    static let otherPeer = "10.0.0.3:20000"
    static let startUnixSeconds: UInt64 = 1_800_000_000

    var server: Server
    let shared: SharedState
    var relay = FakeRelay()
    var now = Timestamp(monotonic: MonotonicTime(nanoseconds: 1_000_000_000), unixSeconds: Lab.startUnixSeconds)
    private var nextID: UInt64 = 1

    init(
        relayPorts: ClosedRange<UInt16> = 49152...65535,
        shared: SharedState? = nil,
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws {
        var configuration = try Self.configuration()
        change(&configuration)
        try configuration.validate()
        var generator = SeededGenerator(7)
        self.shared = shared ?? SharedState(relayPorts: relayPorts, using: &generator)
        server = Server(configuration: configuration, shared: self.shared)
    }

    static func configuration() throws -> Configuration {
        Configuration(
            realm: realm,
            ipv4RelayAddress: ip("10.0.0.1"),
            credentials: CredentialPolicy(secrets: [secret], namespace: "ns"),
            policy: try policy([peer, otherPeer, "10.0.0.2:20001", "[fd00::2]:20000"])
        )
    }

    static func policy(_ rules: [String], hasLocalPeers: Bool = true) throws -> PeerPolicy {
        var parsed: [AllowedPeer] = []
        for rule in rules { parsed.append(try AllowedPeer(rule)) }
        return try PeerPolicy(rules: parsed, hasLocalPeers: hasLocalPeers)
    }

    static func fiveTuple(_ client: String = "198.51.100.7:5000", _ transport: TransportProtocol = .udp) -> FiveTuple {
        let server = client.hasPrefix("[") ? "[2001:db8::1]:3478" : "203.0.113.1:3478"
        return FiveTuple(transport: transport, client: address(client), server: address(server))
    }

    func transactionID() -> TransactionID {
        nextID += 1
        return TransactionID(high: 0xABCD_EF01, low: nextID)
    }

    func wait(_ seconds: Int64) {
        now = now + .seconds(seconds)
    }

    /// Lets time pass and does what became due.
    func advance(_ seconds: Int64) {
        wait(seconds)
        server.advance(to: now, relay: &relay)
    }

    func receive(_ bytes: [UInt8], over fiveTuple: FiveTuple) -> ReceiveAction {
        server.receive(bytes.rawSpan, over: fiveTuple, at: now, relay: &relay)
    }

    /// The reply to a message; nil when there is none.
    func reply(_ bytes: [UInt8], over fiveTuple: FiveTuple) -> Reply? {
        guard case .respond(let count) = receive(bytes, over: fiveTuple) else { return nil }
        let response = Self.response(of: server)
        guard response.count == count else { return nil }
        return Reply(response)
    }

    func fiveTuple(of handle: AllocationHandle) -> FiveTuple? { server.fiveTuple(of: handle) }

    func relayedAddress(of handle: AllocationHandle, _ family: IPAddress.Family) -> TransportAddress? {
        server.relayedAddress(of: handle, family)
    }

    /// The short way of packets.
    func receive(_ bytes: [UInt8], on handle: AllocationHandle) -> ReceiveAction? {
        server.receive(bytes.rawSpan, on: handle, at: now.monotonic)
    }

    func icmp(about peer: String, _ client: Client, type: UInt8, code: UInt8) throws -> ReceiveAction {
        let found = self.handle(client)
        let handle = try #require(found)
        return server.receiveICMP(
            about: address(peer),
            on: handle,
            type: type,
            code: code,
            errorData: 1400,
            at: now.monotonic
        )
    }

    /// The bytes that the server wrote last.
    var lastResponse: [UInt8] { Self.response(of: server) }

    private static func response(of server: borrowing Server) -> [UInt8] { server.response.array() }

    func reconfigure(_ change: (inout Configuration) throws -> Void) throws {
        var configuration = try Self.configuration()
        try change(&configuration)
        try configuration.validate()
        server.reconfigure(configuration, at: now, relay: &relay)
    }

    /// The handle of a client's allocation.
    func handle(_ client: Client) -> AllocationHandle? {
        server.allocation(over: client.fiveTuple)
    }

    var allocationCount: Int { server.allocationCount }
    /// Every count and capacity that could grow.
    var footprint: [Int] {
        [
            server.allocations.slots.capacity, server.allocations.accounts.capacity,
            server.allocations.permissions.capacity, server.allocations.channels.capacity,
            server.allocations.lookupCapacity, server.deadlines.count, server.replies.placeCount,
            server.output.capacity,
            shared.relayPortsTaken, shared.allocationCount, shared.tables.withLock { $0.reservationCount },
        ]
    }

    var deadlineCount: Int { server.deadlineCount }
    var nextDeadline: MonotonicTime? { server.nextDeadline }
    var counters: Counters { server.counters }

    /// A datagram of a peer, and the header that it gets.
    func fromPeer(
        _ peer: String,
        _ client: Client,
        _ origin: PeerOrigin = .socket,
        count: Int = 10
    ) throws -> (action: PeerAction, header: [UInt8]) {
        let found = self.handle(client)
        let handle = try #require(found)
        var header = [UInt8](repeating: 0xEE, count: 48)
        var span = header.mutableSpan
        var bytes = unsafe span.mutableBytes
        let action = server.receive(
            fromPeer: address(peer),
            on: handle,
            through: origin,
            payloadCount: count,
            at: now.monotonic,
            header: &bytes
        )
        return (action, header)
    }
}
