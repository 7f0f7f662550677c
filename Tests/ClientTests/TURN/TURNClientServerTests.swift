import Client
import STUN
import TURN
import Testing
import Wire

@Suite("TURN client against the TURN server")
struct TURNClientServerTests {
    @Test(
        "a call of two hours keeps its allocation",
        arguments: [
            (TURNClientConfiguration.CredentialStyle.rfc5389, TransportProtocol.udp), (.rfc8489, .udp),
            (.rfc8489, .tls),
        ]
    )
    func call(_ style: TURNClientConfiguration.CredentialStyle, _ transport: TransportProtocol) throws {
        let call = try Call(style, transport)
        try call.run(seconds: 1)
        let number = call.lab.client.bindChannel(to: ClientLab.peer, at: call.lab.now)
        let channel = try #require(number)
        try call.run(seconds: 1)
        #expect(call.events.contains(.channelBound(channel, peer: ClientLab.peer)))

        for _ in 0..<120 {
            try call.run(seconds: 60)
            #expect(try call.relayed([1, 2, 3]) == [1, 2, 3])
            #expect(try call.returned([4, 5]) == [4, 5])
        }
        let refreshes = call.events.filter { if case .refreshed = $0 { true } else { false } }
        #expect(refreshes.count >= 12)
        let count = call.server.allocationCount
        #expect(count == 1)
        #expect(!call.lab.client.isClosed)

        call.lab.client.close(at: call.lab.now)
        try call.run(seconds: 1)
        #expect(call.events.last == .closed(nil))
        let remaining = call.server.allocationCount
        #expect(remaining == 0)
    }

    @Test func `a wrong password is refused`() throws {
        let call = try Call(.rfc8489, .udp, password: "wrong")
        try call.run(seconds: 1)
        #expect(call.events == [.closed(.refused(.unauthenticated))])
    }

    @Test func `a peer that the policy does not name is refused`() throws {
        let call = try Call(.rfc8489, .udp)
        try call.run(seconds: 1)
        let ip = IPAddress(ipv4: 10, 0, 0, 99)
        call.lab.client.createPermission(for: ip, at: call.lab.now)
        try call.run(seconds: 1)
        #expect(call.events.last == .permissionFailed(ip, .refused(.forbidden)))
    }
}

/// A client and a server in virtual time, with a network between them that takes none.
private final class Call {
    let lab: ClientLab
    var server: Server
    var relay = OpenRelay()
    var events: [TURNClientEvent] = []
    private let fiveTuple: FiveTuple

    init(
        _ style: TURNClientConfiguration.CredentialStyle,
        _ transport: TransportProtocol,
        password: String = ScriptedServer.password
    ) throws {
        lab = try ClientLab(password: password) {
            $0.credentialStyle = style
            $0.transport = transport
        }
        var generator = SeededGenerator(state: 11)
        let configuration = Configuration(
            realm: ScriptedServer.realm,
            ipv4RelayAddress: ClientLab.relayed.ip,
            credentials: CredentialPolicy(
                staticUsers: [StaticUser(name: ScriptedServer.username, password: ScriptedServer.password)]
            ),
            policy: try PeerPolicy(rules: [AllowedPeer("\(ClientLab.peer)")])
        )
        try configuration.validate()
        server = Server(configuration: configuration, shared: SharedState(using: &generator))
        fiveTuple = FiveTuple(
            transport: transport,
            client: ClientLab.mapped,
            server: TransportAddress(IPAddress(ipv4: 203, 0, 113, 1), port: 3478)
        )
        lab.client.allocate(at: lab.now)
    }

    private var timestamp: Timestamp {
        Timestamp(monotonic: lab.now, unixSeconds: 1_800_000_000 + lab.now.nanoseconds / 1_000_000_000)
    }

    /// Lets time pass, from deadline to deadline, and carries messages between the two.
    func run(seconds: Int64) throws {
        let end = lab.now + .seconds(seconds)
        while true {
            let requests = try lab.sent()
            for request in requests {
                guard
                    case .respond = server.receive(
                        request.bytes.rawSpan,
                        over: fiveTuple,
                        at: timestamp,
                        relay: &relay
                    )
                else { continue }
                lab.receive(server.response.array())
            }
            events += lab.events()
            guard requests.isEmpty else { continue }
            guard let deadline = lab.client.nextDeadline, deadline <= end else { break }
            lab.now = deadline
            lab.client.advance(to: lab.now)
            server.advance(to: timestamp, relay: &relay)
        }
        lab.now = end
        lab.client.advance(to: lab.now)
        server.advance(to: timestamp, relay: &relay)
    }

    /// What the server relays to the peer when the client sends `payload`.
    func relayed(_ payload: [UInt8]) throws -> [UInt8]? {
        var memory = [UInt8](repeating: 0, count: 48) + payload + [0, 0, 0, 0]
        let range: Range<Int>?
        do {
            var span = memory.mutableSpan
            var bytes = unsafe span.mutableBytes
            range = lab.client.wrap(48..<48 + payload.count, in: &bytes, to: ClientLab.peer)
        }
        let message = Array(memory[try #require(range)])
        guard
            case .relay(_, let peer, let data, _, _) = server.receive(
                message.rawSpan,
                over: fiveTuple,
                at: timestamp,
                relay: &relay
            ), peer == ClientLab.peer
        else { return nil }
        return Array(message[data])
    }

    /// What the client reads when the peer sends `payload`.
    func returned(_ payload: [UInt8]) throws -> [UInt8]? {
        let found = server.allocation(over: fiveTuple)
        let allocation = try #require(found)
        var header = [UInt8](repeating: 0, count: Server.headerCapacity)
        let action: PeerAction
        do {
            var span = header.mutableSpan
            var bytes = unsafe span.mutableBytes
            action = server.receive(
                fromPeer: ClientLab.peer,
                on: allocation,
                through: .socket,
                payloadCount: payload.count,
                at: lab.now,
                header: &bytes
            )
        }
        guard case .encapsulate(let headerCount, let trailerCount) = action else { return nil }
        let message = header.prefix(headerCount) + payload + [UInt8](repeating: 0, count: trailerCount)
        guard case .data(let data) = lab.receive(Array(message)), data.peer == ClientLab.peer else { return nil }
        return Array(Array(message)[data.payload])
    }
}

/// Relay sockets that always can be had.
private struct OpenRelay: RelayTransport, ~Copyable {
    func servesLocally(_ peer: TransportAddress) -> Bool { false }
    func hasLocalPeer(at ip: IPAddress) -> Bool { false }
    mutating func bind(_ allocation: AllocationHandle, relayed: TransportAddress) -> Bool { true }
    mutating func release(_ allocation: AllocationHandle, relayed: TransportAddress) {}
}
