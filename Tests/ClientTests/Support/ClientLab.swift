import Client
import STUN
import Testing
import Wire

/// A request as the server reads it.
struct Request: Equatable {
    let bytes: [UInt8]
    let method: Method
    let id: TransactionID

    init(_ bytes: [UInt8]) throws(STUNError) {
        let message = try MessageView(parsing: bytes.rawSpan)
        self.bytes = bytes
        self.method = message.method
        self.id = message.transactionID
    }

    func value<Value: Attribute>(_ type: Value.Type) throws(STUNError) -> Value? {
        let message = try MessageView(parsing: bytes.rawSpan)
        return try message.first(type)
    }

    func text(_ type: AttributeType) throws(STUNError) -> String? {
        let message = try MessageView(parsing: bytes.rawSpan)
        guard let text = try message.text(type) else { return nil }
        return String(decoding: text.array(), as: UTF8.self)
    }

    func contains(_ type: AttributeType) throws(STUNError) -> Bool {
        let message = try MessageView(parsing: bytes.rawSpan)
        return message.contains(type)
    }

    func isAuthentic(for server: ScriptedServer) throws(STUNError) -> Bool {
        let message = try MessageView(parsing: bytes.rawSpan)
        return message.isAuthentic(server.integrity, key: try server.key())
    }
}

/// A client, a clock that the test moves, and a generator that repeats.
final class ClientLab {
    static let relayed = TransportAddress(IPAddress(ipv4: 10, 0, 0, 1), port: 50000)
    static let mapped = TransportAddress(IPAddress(ipv4: 198, 51, 100, 7), port: 5000)
    static let peer = TransportAddress(IPAddress(ipv4: 10, 0, 0, 2), port: 20000)

    var client: TURNClient
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private var generator = SeededGenerator(state: 5)

    init(
        username: String = ScriptedServer.username,
        password: String = ScriptedServer.password,
        _ change: (inout TURNClientConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = try TURNClientConfiguration(username: username, password: password)
        change(&configuration)
        client = TURNClient(configuration)
    }

    /// Everything that the client wants to send now.
    func sent() throws -> [Request] {
        var requests: [Request] = []
        var memory = [UInt8](repeating: 0xEE, count: TURNClient.maximumRequestByteCount)
        while true {
            let count: Int?
            do {
                var span = memory.mutableSpan
                count = client.nextTransmit(into: unsafe span.mutableBytes, using: &generator)
            }
            guard let count else { return requests }
            requests.append(try Request(Array(memory.prefix(count))))
        }
    }

    /// The only request that the client wants to send now.
    func onlySent(sourceLocation: SourceLocation = #_sourceLocation) throws -> Request {
        let requests = try sent()
        try #require(requests.count == 1, sourceLocation: sourceLocation)
        return requests[0]
    }

    @discardableResult
    func receive(_ bytes: [UInt8]) -> TURNClientReceived {
        client.receive(bytes.rawSpan, at: now)
    }

    func events() -> [TURNClientEvent] {
        var events: [TURNClientEvent] = []
        while let event = client.nextEvent() { events.append(event) }
        return events
    }

    func wait(_ interval: TimeInterval) {
        now = now + interval
        client.advance(to: now)
    }

    /// Moves the clock to the client's next deadline.
    func waitForDeadline() throws {
        now = try #require(client.nextDeadline)
        client.advance(to: now)
    }

    /// Goes through the challenge and gets an allocation.
    func allocate(_ server: ScriptedServer, seconds: UInt32 = 600) throws {
        client.allocate(at: now)
        receive(try server.challenge(onlySent()))
        receive(try server.allocated(onlySent(), seconds: seconds))
        try #require(
            events() == [.allocated(relayed: Self.relayed, mapped: Self.mapped, lifetimeSeconds: seconds)]
        )
    }

    /// Allocates and binds a channel to ``peer``.
    func bind(_ server: ScriptedServer) throws -> ChannelNumber {
        try allocate(server)
        let number = client.bindChannel(to: Self.peer, at: now)
        let channel = try #require(number)
        receive(try server.respond(to: onlySent()))
        try #require(events() == [.channelBound(channel, peer: Self.peer)])
        return channel
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
