import Client
import STUN
import Testing
import Wire

@Suite("TURN client in time")
struct TURNClientTimeTests {
    /// Times in milliseconds from the start at which `lab` sends something, until it closes.
    private func transmissions(_ lab: ClientLab) throws -> [Int64] {
        let start = lab.now
        var times: [Int64] = []
        while !lab.client.isClosed {
            for _ in try lab.sent() { times.append((lab.now - start).wholeMilliseconds) }
            try lab.waitForDeadline()
        }
        times.append((lab.now - start).wholeMilliseconds)
        return times
    }

    @Test func `a request is sent seven times over UDP and given up after 39,5 seconds`() throws {
        let lab = try ClientLab()
        lab.client.allocate(at: lab.now)
        let times = try transmissions(lab)
        #expect(times == [0, 500, 1500, 3500, 7500, 15500, 31500, 39500])
        #expect(lab.events() == [.closed(.timedOut)])
        #expect(lab.client.nextDeadline == nil)
    }

    @Test("over a stream it is sent once", arguments: [TransportProtocol.tcp, .tls])
    func stream(_ transport: TransportProtocol) throws {
        let lab = try ClientLab { $0.transport = transport }
        lab.client.allocate(at: lab.now)
        #expect(try transmissions(lab) == [0, 39500])
        #expect(lab.events() == [.closed(.timedOut)])
    }

    @Test func `a retransmission is the same message`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        let first = try lab.onlySent()
        try lab.waitForDeadline()
        #expect(try lab.onlySent() == first)
        try lab.waitForDeadline()
        #expect(try lab.onlySent() == first)
        lab.receive(try server.allocated(first))
        #expect(lab.client.relayedAddress == ClientLab.relayed)
        #expect(try lab.sent().isEmpty)
    }

    @Test("an allocation is refreshed before its end", arguments: [(600, 540), (3600, 3540), (60, 30), (1, 0)])
    func refresh(_ lifetime: UInt32, _ seconds: Int64) throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        try lab.allocate(server, seconds: lifetime)
        let start = lab.now
        try lab.waitForDeadline()
        #expect((lab.now - start).wholeSeconds == seconds)
        let request = try lab.onlySent()
        #expect(request.method == .refresh)
        #expect(try !request.contains(.lifetime))
        #expect(try request.isAuthentic(for: server))
        lab.receive(try server.refreshed(request, seconds: 600))
        #expect(lab.events() == [.refreshed(lifetimeSeconds: 600)])
        #expect(lab.client.nextDeadline == lab.now + .seconds(540))
    }

    @Test func `an allocation that nobody refreshes ends`() throws {
        let lab = try ClientLab()
        try lab.allocate(ScriptedServer())
        lab.wait(.seconds(540))
        #expect(try lab.sent().count == 1)
        lab.wait(.milliseconds(500))
        #expect(try lab.sent().count == 1)
        lab.wait(.seconds(60))
        #expect(lab.events() == [.closed(.expired)])
        #expect(lab.client.relayedAddress == nil)
    }

    @Test func `a refresh that is not answered ends the allocation`() throws {
        let lab = try ClientLab()
        try lab.allocate(ScriptedServer())
        let start = lab.now
        let times = try transmissions(lab)
        #expect(times == [0, 500, 1500, 3500, 7500, 15500, 31500, 39500].map { 540_000 + $0 })
        #expect((lab.now - start).wholeMilliseconds == 579_500)
        #expect(lab.events() == [.closed(.timedOut)])
    }

    @Test func `437 to a refresh means that the allocation is gone`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        try lab.allocate(server)
        try lab.waitForDeadline()
        lab.receive(try server.respond(to: lab.onlySent(), .allocationMismatch))
        #expect(lab.events() == [.closed(.refused(.allocationMismatch))])
    }

    @Test func `500 to a refresh is tried again`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        try lab.allocate(server)
        try lab.waitForDeadline()
        lab.receive(try server.respond(to: lab.onlySent(), .serverError))
        #expect(lab.events().isEmpty)
        lab.wait(.seconds(5))
        lab.receive(try server.refreshed(lab.onlySent()))
        #expect(lab.events() == [.refreshed(lifetimeSeconds: 600)])
    }

    @Test func `permissions and channels are refreshed every four minutes`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        let channel = try lab.bind(server)
        let ip = IPAddress(ipv4: 10, 0, 0, 3)
        lab.client.createPermission(for: ip, at: lab.now)
        lab.receive(try server.respond(to: lab.onlySent()))
        #expect(lab.events() == [.permissionCreated(ip)])
        for _ in 0..<2 {
            let start = lab.now
            try lab.waitForDeadline()
            #expect((lab.now - start).wholeSeconds == 240)
            let requests = try lab.sent()
            #expect(requests.map(\.method) == [.createPermission, .channelBind])
            #expect(try requests[0].value(XorPeerAddress.self)?.address == TransportAddress(ip, port: 0))
            #expect(try requests[1].value(ChannelNumber.self) == channel)
            #expect(try requests[1].value(XorPeerAddress.self)?.address == ClientLab.peer)
            for request in requests { lab.receive(try server.respond(to: request)) }
            #expect(lab.events() == [.permissionCreated(ip), .channelBound(channel, peer: ClientLab.peer)])
        }
    }

    @Test func `a nonce that goes stale under several requests is replaced for all`() throws {
        let lab = try ClientLab()
        var server = ScriptedServer()
        let channel = try lab.bind(server)
        let ip = IPAddress(ipv4: 10, 0, 0, 3)
        lab.client.createPermission(for: ip, at: lab.now)
        lab.receive(try server.respond(to: lab.onlySent()))
        _ = lab.events()
        try lab.waitForDeadline()
        let stale = try lab.sent()
        server.nonce = "nonce-2"
        // One answer is enough; the other requests start again before theirs comes.
        let received = try stale.map { lab.receive(try server.challenge($0, .staleNonce)) }
        #expect(received == [.response, .ignored])
        let fresh = try lab.sent()
        #expect(fresh.map(\.method) == [.createPermission, .channelBind])
        for request in fresh {
            #expect(try request.text(.nonce) == "nonce-2")
            #expect(!stale.map(\.id).contains(request.id))
            lab.receive(try server.respond(to: request))
        }
        #expect(lab.events() == [.permissionCreated(ip), .channelBound(channel, peer: ClientLab.peer)])
    }

    @Test func `a permission that is refused is reported and the rest goes on`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        try lab.allocate(server)
        let ip = IPAddress(ipv4: 10, 0, 0, 3)
        lab.client.createPermission(for: ip, at: lab.now)
        lab.receive(try server.respond(to: lab.onlySent(), .forbidden))
        #expect(lab.events() == [.permissionFailed(ip, .refused(.forbidden))])
        #expect(lab.client.relayedAddress == ClientLab.relayed)
        lab.client.createPermission(for: ip, at: lab.now)
        #expect(try lab.sent().count == 1)
    }

    @Test func `a channel that is refused is not used again`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        try lab.allocate(server)
        let number = lab.client.bindChannel(to: ClientLab.peer, at: lab.now)
        let first = try #require(number)
        #expect(first.rawValue == 0x4000)
        lab.receive(try server.respond(to: lab.onlySent(), .forbidden))
        #expect(lab.events() == [.channelFailed(first, peer: ClientLab.peer, .refused(.forbidden))])
        #expect(lab.client.bindChannel(to: ClientLab.peer, at: lab.now)?.rawValue == 0x4001)
    }

    @Test func `channels are counted up to 0x4FFF`() throws {
        let lab = try ClientLab()
        try lab.allocate(ScriptedServer())
        for port in 0..<4096 as Range<UInt16> {
            let peer = TransportAddress(ClientLab.peer.ip, port: port)
            let channel = lab.client.bindChannel(to: peer, at: lab.now)
            #expect(channel?.rawValue == 0x4000 + port)
        }
        #expect(lab.client.bindChannel(to: TransportAddress(ClientLab.peer.ip, port: 5000), at: lab.now) == nil)
        let known = TransportAddress(ClientLab.peer.ip, port: 3)
        #expect(lab.client.bindChannel(to: known, at: lab.now)?.rawValue == 0x4003)
    }

    @Test(
        "closing deletes the allocation, whatever the server says",
        arguments: [nil, .allocationMismatch] as [ErrorCode?]
    )
    func close(_ error: ErrorCode?) throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        let channel = try lab.bind(server)
        lab.client.close(at: lab.now)
        let request = try lab.onlySent()
        #expect(request.method == .refresh)
        #expect(try request.value(Lifetime.self) == Lifetime(seconds: 0))
        #expect(lab.client.relayedAddress == nil)
        lab.receive(
            try server.respond(to: request, error) { writer throws(STUNError) in
                if error == nil { try writer.write(Lifetime(seconds: 0)) }
            }
        )
        #expect(lab.events() == [.closed(nil)])
        #expect(lab.receive([UInt8(channel.rawValue >> 8), 0, 0, 0]) == .ignored)
        #expect(lab.client.nextDeadline == nil)
    }

    @Test func `closing without an answer ends too`() throws {
        let lab = try ClientLab()
        try lab.allocate(ScriptedServer())
        lab.client.close(at: lab.now)
        #expect(try transmissions(lab).last == 39500)
        #expect(lab.events() == [.closed(nil)])
    }

    @Test func `closing before the challenge ends at once`() throws {
        let lab = try ClientLab()
        lab.client.allocate(at: lab.now)
        lab.client.close(at: lab.now)
        #expect(lab.events() == [.closed(nil)])
        #expect(try lab.sent().isEmpty)
    }

    @Test func `commands without an allocation do nothing`() throws {
        let lab = try ClientLab()
        #expect(lab.client.bindChannel(to: ClientLab.peer, at: lab.now) == nil)
        let isAsked = lab.client.createPermission(for: ClientLab.peer.ip, at: lab.now)
        #expect(!isAsked)
        #expect(lab.client.nextDeadline == nil)
    }
}
