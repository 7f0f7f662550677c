import Client
import STUN
import Testing
import Wire

@Suite("TURN client: allocate and credentials")
struct TURNClientAllocateTests {
    @Test func `the first Allocate carries no credentials`() throws {
        let lab = try ClientLab {
            $0.addressFamily = .ipv6
            $0.lifetimeSeconds = 900
        }
        lab.client.allocate(at: lab.now)
        let request = try lab.onlySent()
        #expect(request.method == .allocate)
        #expect(try request.value(RequestedTransport.self) == RequestedTransport(protocolNumber: 17))
        #expect(try request.value(RequestedAddressFamily.self) == RequestedAddressFamily(.ipv6))
        #expect(try request.value(Lifetime.self) == Lifetime(seconds: 900))
        #expect(try !request.contains(.username))
        #expect(try !request.contains(.messageIntegrity))
        #expect(try lab.sent().isEmpty)
    }

    @Test func `a challenge of RFC 5389 is answered with MD5 and HMAC-SHA1`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        let first = try lab.onlySent()
        #expect(lab.receive(try server.challenge(first)) == .response)
        let second = try lab.onlySent()
        #expect(second.id != first.id)
        #expect(try second.text(.username) == "user")
        #expect(try second.text(.realm) == "example.org")
        #expect(try second.text(.nonce) == "nonce-1")
        #expect(try !second.contains(.passwordAlgorithms))
        #expect(try !second.contains(.messageIntegritySHA256))
        #expect(try second.isAuthentic(for: server))
        lab.receive(try server.allocated(second))
        #expect(
            lab.events()
                == [.allocated(relayed: ClientLab.relayed, mapped: ClientLab.mapped, lifetimeSeconds: 600)]
        )
        #expect(lab.client.relayedAddress == ClientLab.relayed)
    }

    @Test(
        "the algorithm that the server prefers is used",
        arguments: [
            [.sha256, .md5], [.md5, .sha256], [.md5], [PasswordAlgorithm(rawValue: 7), .sha256],
        ] as [[PasswordAlgorithm]]
    )
    func algorithms(_ algorithms: [PasswordAlgorithm]) throws {
        let lab = try ClientLab()
        let server = ScriptedServer.modern(algorithms)
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        let request = try lab.onlySent()
        #expect(try request.value(PasswordAlgorithms.self) == server.offered)
        #expect(try request.value(PasswordAlgorithm.self) == server.offered?.preferred)
        #expect(try request.isAuthentic(for: server))
        #expect(try !request.contains(.messageIntegrity))
        lab.receive(try server.allocated(request))
        #expect(lab.client.relayedAddress == ClientLab.relayed)
    }

    @Test func `a server that wants anonymity gets USERHASH`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer.modern([.sha256], features: [.passwordAlgorithms, .usernameAnonymity])
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        let request = try lab.onlySent()
        #expect(try !request.contains(.username))
        #expect(try request.value(UserHash.self) == UserHash(username: "user", realm: "example.org"))
        #expect(try request.isAuthentic(for: server))
    }

    @Test func `a client of RFC 5389 stays with MD5 whatever is offered`() throws {
        let lab = try ClientLab { $0.credentialStyle = .rfc5389 }
        var server = ScriptedServer.modern([.sha256], features: [.passwordAlgorithms, .usernameAnonymity])
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        let request = try lab.onlySent()
        #expect(try request.text(.username) == "user")
        #expect(try !request.contains(.passwordAlgorithm))
        server.offered = nil
        #expect(try request.isAuthentic(for: server))
    }

    @Test("a challenge whose list does not fit its cookie is ignored", arguments: [true, false])
    func bidDown(isListRemoved: Bool) throws {
        let lab = try ClientLab()
        var server = ScriptedServer.modern([.sha256], features: isListRemoved ? .passwordAlgorithms : [])
        if isListRemoved { server.offered = nil }
        lab.client.allocate(at: lab.now)
        #expect(lab.receive(try server.challenge(lab.onlySent())) == .ignored)
        #expect(try lab.sent().isEmpty)
        #expect(lab.events().isEmpty)
    }

    @Test func `a list without a known algorithm ends the attempt`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer.modern([PasswordAlgorithm(rawValue: 9)])
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        #expect(lab.events() == [.closed(.refused(.unauthenticated))])
        #expect(lab.client.isClosed)
    }

    @Test func `a second 401 means wrong credentials`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        lab.receive(try server.challenge(lab.onlySent()))
        #expect(lab.events() == [.closed(.refused(.unauthenticated))])
        #expect(try lab.sent().isEmpty)
        #expect(lab.client.nextDeadline == nil)
    }

    @Test func `438 is answered with the new nonce, but not for ever`() throws {
        let lab = try ClientLab()
        var server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        for round in 2...3 {
            server.nonce = "nonce-\(round)"
            lab.receive(try server.challenge(lab.onlySent(), .staleNonce))
        }
        let request = try lab.onlySent()
        #expect(try request.text(.nonce) == "nonce-3")
        #expect(try request.isAuthentic(for: server))
        lab.receive(try server.challenge(request, .staleNonce))
        #expect(lab.events() == [.closed(.refused(.staleNonce))])
    }

    @Test("an answer that is not authentic is ignored", arguments: [true, false])
    func forged(isSigned: Bool) throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        let request = try lab.onlySent()
        for error in [nil, .forbidden, .allocationQuotaReached, .tryAlternate, .serverError] as [ErrorCode?] {
            let answer = try server.respond(to: request, error, isSigned: isSigned, password: "other") {
                writer throws(STUNError) in
                try writer.write(XorRelayedAddress(ClientLab.relayed))
                try writer.write(Lifetime(seconds: 600))
            }
            #expect(lab.receive(answer) == .ignored)
        }
        #expect(lab.events().isEmpty)
        lab.receive(try server.allocated(request))
        #expect(lab.client.relayedAddress == ClientLab.relayed)
    }

    @Test(
        "a refusal ends the attempt and names the code",
        arguments: [
            .badRequest, .forbidden, .allocationMismatch, .wrongCredentials, .unsupportedTransportProtocol,
            .allocationQuotaReached, .insufficientCapacity, .serverError, .unknownAttribute,
        ] as [ErrorCode]
    )
    func refusal(_ error: ErrorCode) throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        lab.receive(try server.respond(to: lab.onlySent(), error))
        #expect(lab.events() == [.closed(.refused(error))])
        #expect(lab.client.nextDeadline == nil)
    }

    @Test func `an authentic 300 names the other server`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        let other = TransportAddress(IPAddress(ipv4: 203, 0, 113, 9), port: 3478)
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        lab.receive(
            try server.respond(to: lab.onlySent(), .tryAlternate) { writer throws(STUNError) in
                try writer.write(AlternateServer(other))
            }
        )
        #expect(lab.events() == [.closed(.redirected(other))])
    }

    @Test func `a 300 before authentication is no redirection`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        lab.receive(
            try server.respond(to: lab.onlySent(), .tryAlternate, isSigned: false) { writer throws(STUNError) in
                try writer.write(AlternateServer(ClientLab.mapped))
            }
        )
        #expect(lab.events() == [.closed(.refused(.tryAlternate))])
    }

    @Test func `a success without a relayed address is a bad response`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        lab.receive(try server.refreshed(lab.onlySent()))
        #expect(lab.events() == [.closed(.badResponse)])
    }

    @Test func `a response with an unknown attribute that must be understood fails the request`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        lab.receive(try server.challenge(lab.onlySent()))
        lab.receive(
            try server.respond(to: lab.onlySent()) { writer throws(STUNError) in
                try writer.write(flag: AttributeType(rawValue: 0x7000))
            }
        )
        #expect(lab.events() == [.closed(.badResponse)])
    }

    @Test func `other messages and late answers are ignored`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        lab.client.allocate(at: lab.now)
        let first = try lab.onlySent()
        #expect(lab.receive([]) == .ignored)
        #expect(lab.receive([0x40, 0, 0, 0]) == .ignored)
        #expect(lab.receive(first.bytes) == .ignored)
        lab.receive(try server.challenge(first))
        #expect(lab.receive(try server.challenge(first)) == .ignored)
        let sent = try lab.sent()
        #expect(sent.count == 1)
    }

    @Test func `what cannot be prepared is refused at once`() {
        #expect(throws: STUNError.emptyString) { try TURNClientConfiguration(username: "", password: "p") }
        #expect(throws: STUNError.disallowedCodePoint(7)) {
            try TURNClientConfiguration(username: "u", password: "\u{7}")
        }
    }
}
