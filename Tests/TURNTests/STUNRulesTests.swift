import STUN
import TURN
import Testing
import Wire

@Suite("STUN rules of the server")
struct STUNRulesTests {
    let fiveTuple = Lab.fiveTuple()

    private func binding(_ lab: Lab, _ attributes: [TestAttribute] = [], fingerprint: Bool = false) -> [UInt8] {
        TestMessage.make(.request, .binding, lab.transactionID(), attributes, fingerprint: fingerprint)
    }

    /// RFC 8489 section 5, RFC 7983.
    @Test func `what is neither STUN nor ChannelData is dropped`() throws {
        let lab = try Lab()
        let good = binding(lab)
        var cookie = good
        cookie[4] ^= 1
        var length = good
        length[3] = 2
        var tooLong = good
        tooLong[3] = 4
        for bytes in [cookie, length, tooLong, good + [0], [0x80] + Array(good.dropFirst()), [0x16, 0xFE, 0xFD, 0, 0]] {
            #expect(lab.receive(bytes, over: fiveTuple) == .drop(.malformed))
        }
        #expect(lab.receive([], over: fiveTuple) == .drop(.malformed))
        #expect(lab.reply(good, over: fiveTuple)?.isSuccess == true)
        // The first two bits 01 are ChannelData.
        #expect(lab.receive([0x40, 0, 0, 0], over: fiveTuple) == .drop(.noAllocation))
    }

    /// RFC 8489 section 6.3.
    @Test func `unknown methods, responses and wrong fingerprints are discarded silently`() throws {
        let lab = try Lab()
        for method in [STUN.Method.connect, .connectionBind, STUN.Method(rawValue: 0x123), .data, .send] {
            let message = TestMessage.make(.request, method, lab.transactionID(), [])
            #expect(lab.receive(message, over: fiveTuple) == .drop(.unexpectedMessage))
        }
        for messageClass in [MessageClass.successResponse, .errorResponse, .indication] {
            let message = TestMessage.make(messageClass, .binding, lab.transactionID(), [])
            #expect(lab.receive(message, over: fiveTuple) == .drop(.unexpectedMessage))
        }
        var wrong = binding(lab, fingerprint: true)
        wrong[wrong.count - 1] ^= 1
        #expect(lab.receive(wrong, over: fiveTuple) == .drop(.badFingerprint))
        let reply = try #require(lab.reply(binding(lab, fingerprint: true), over: fiveTuple))
        #expect(reply.order.last == .fingerprint)
    }

    /// RFC 8489 section 6.3.
    @Test func `authentication comes before the judgement of unknown attributes`() throws {
        let lab = try Lab()
        let strange = TestAttribute(AttributeType(rawValue: 0x0055), [1, 2, 3, 4])
        let request = TestMessage.make(.request, .allocate, lab.transactionID(), [.udp, strange])
        #expect(lab.reply(request, over: fiveTuple)?.error == 401)
        var client = Client()
        try client.challenge(lab)
        #expect(try client.request(lab, .allocate, [.udp, strange]).error == 420)
    }

    /// RFC 8489 section 6.3.1 and 14.13.
    @Test func `an unknown attribute that must be understood is answered with 420 and named`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        let strange = [0x0055, 0x7FFF, 0x0055].map { TestAttribute(AttributeType(rawValue: $0), [1]) }
        let optional = TestAttribute(AttributeType(rawValue: 0xC055), [1])
        let reply = try client.request(lab, .allocate, [.udp, optional] + strange)
        #expect(reply.error == 420)
        #expect(reply.attributes[.unknownAttributes] == [0x00, 0x55, 0x7F, 0xFF])
        #expect(reply.isAuthentic(.sha1, try client.key()))
        let bindingReply = lab.reply(binding(lab, [strange[0]]), over: fiveTuple)
        #expect(bindingReply?.error == 420)
        #expect(bindingReply?.attributes[.unknownAttributes] == [0x00, 0x55])
    }

    /// RFC 8489 section 6.3.2.
    @Test func `an indication with an unknown attribute that must be understood is discarded`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab)
        try client.permit(lab, Lab.peer)
        let strange = TestAttribute(AttributeType(rawValue: 0x0055), [1])
        #expect(client.send(lab, to: Lab.peer, [1], [strange]) == .drop(.unknownAttribute))
        let optional = TestAttribute(AttributeType(rawValue: 0x8055), [1])
        guard case .relay = client.send(lab, to: Lab.peer, [1], [optional]) else {
            Issue.record("an optional attribute is ignored")
            return
        }
    }

    /// RFC 8489 section 6.3.
    @Test func `a known attribute where it is not expected is ignored`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        let odd: [TestAttribute] = [.channel(0x4000), .peer(Lab.peer), .data([1, 2, 3]), .udp]
        #expect(try client.request(lab, .allocate, odd).isSuccess)
        #expect(try client.request(lab, .refresh, [.udp, .channel(0x4000)]).isSuccess)
        #expect(lab.reply(binding(lab, [.lifetime(5)]), over: fiveTuple)?.isSuccess == true)
    }

    /// RFC 8489 section 6.3.1.
    @Test func `a retransmitted request gets the same answer`() throws {
        let lab = try Lab()
        let request = binding(lab)
        #expect(lab.reply(request, over: fiveTuple) == lab.reply(request, over: fiveTuple))
        var client = Client()
        try client.allocate(lab)
        let permission = try client.message(.createPermission, [.peer(Lab.peer)], lab.transactionID())
        #expect(lab.reply(permission, over: fiveTuple) == lab.reply(permission, over: fiveTuple))
    }

    /// RFC 8489 section 6.2.2.
    @Test func `over TCP the server answers on the connection of the request and goes on after errors`() throws {
        let lab = try Lab()
        var client = Client(Lab.fiveTuple("198.51.100.7:5000", .tcp))
        try client.challenge(lab)
        #expect(try client.request(lab, .refresh).error == 437)
        #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
        let handle = try #require(lab.handle(client))
        #expect(lab.fiveTuple(of: handle) == client.fiveTuple)
    }

    /// RFC 8489 sections 14 and 14.5.
    @Test func `what follows MESSAGE-INTEGRITY is ignored`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab)
        // A peer behind the integrity does not count, and neither does an attribute that nobody knows.
        for extra in [TestAttribute.peer(Lab.otherPeer), TestAttribute(AttributeType(rawValue: 0x0055), [1])] {
            var message = try client.message(.createPermission, [.peer(Lab.peer)], lab.transactionID())
            let id = try #require(Reply(message)).transactionID
            let value = extra.value(id)
            message.append(bigEndian: extra.type.rawValue)
            message.append(bigEndian: UInt16(value.count))
            message += value + [UInt8](repeating: 0, count: -value.count & 3)
            let length = UInt16(message.count - 20)
            message[2] = UInt8(length >> 8)
            message[3] = UInt8(length & 0xFF)
            #expect(lab.reply(message, over: fiveTuple)?.isSuccess == true)
        }
        #expect(client.send(lab, to: Lab.otherPeer, [1]) == .drop(.noPermission))
    }

    /// RFC 8489 section 14.6.
    @Test(arguments: [16, 20, 24, 28]) func `a truncated MESSAGE-INTEGRITY-SHA256 does not verify`(_ count: Int) throws
    {
        let lab = try Lab()
        var client = Client()
        client.passwordAlgorithm = .sha256
        client.integrity = [.sha256]
        try client.challenge(lab)
        let whole = try client.message(.allocate, [.udp], lab.transactionID())
        // The right HMAC over the header of the shorter message, cut.
        var message = Array(whole[..<(whole.count - 36)])
        message.append(bigEndian: UInt16(0x001C))
        message.append(bigEndian: UInt16(count))
        message += whole[(whole.count - 32)..<(whole.count - 32 + count)]
        let length = UInt16(message.count - 20)
        message[2] = UInt8(length >> 8)
        message[3] = UInt8(length & 0xFF)
        #expect(lab.reply(message, over: fiveTuple)?.error == 401)
        #expect(lab.reply(whole, over: fiveTuple)?.isSuccess == true)
    }

    /// RFC 8489 section 14.7.
    @Test func `a request with FINGERPRINT is answered with one`() throws {
        let lab = try Lab()
        var client = Client()
        client.usesFingerprint = true
        try client.challenge(lab)
        let reply = try client.request(lab, .allocate, [.udp])
        #expect(reply.isSuccess)
        #expect(reply.order.last == .fingerprint)
        let view = try MessageView(parsing: reply.bytes.rawSpan)
        let status = view.fingerprintStatus
        #expect(status == .valid)
    }

    /// RFC 8489 section 14.
    @Test func `the first of several equal attributes counts, and padding is zero`() throws {
        let lab = try Lab { $0.software = "abc" }
        var client = Client()
        try client.challenge(lab)
        let reply = try client.request(lab, .allocate, [.udp, .lifetime(1000), .lifetime(2000)])
        #expect(reply.lifetime == 1000)
        // SOFTWARE has three bytes and one of padding.
        let index = try #require(reply.bytes.indices.first { Array(reply.bytes[$0...].prefix(3)) == Array("abc".utf8) })
        #expect(reply.bytes[index + 3] == 0)
        #expect(reply.bytes[index - 1] == 3)
        #expect(reply.bytes.count % 4 == 0)
    }

    /// RFC 8489 sections 14.3, 14.9, 14.10.
    @Test(arguments: [AttributeType.username, .realm, .nonce])
    func `texts of 763 bytes are read and longer ones are bad requests`(_ type: AttributeType) throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        for (count, errors) in [(763, [401, 438]), (764, [400])] {
            let long = TestAttribute(type, [UInt8](repeating: 0x61, count: count))
            let others: [TestAttribute] = [
                TestAttribute(.username, client.username), TestAttribute(.realm, client.realm),
                TestAttribute(.nonce, client.nonce),
            ].filter { $0.type != type }
            let protection = TestMessage.Protection(key: try client.key())
            let id = lab.transactionID()
            let message = TestMessage.make(.request, .allocate, id, [.udp, long] + others, protection)
            #expect(errors.contains(try #require(lab.reply(message, over: client.fiveTuple)?.error)))
        }
    }

    /// RFC 8489 section 14.8; section 14.15.
    @Test func `300 goes to authenticated clients only`() throws {
        let lab = try Lab()
        lab.server.beginDrain(answering: .alternateServer(ipv4: address("203.0.113.9:3478"), ipv6: nil))
        var client = Client()
        try client.challenge(lab)
        let reply = try client.request(lab, .allocate, [.udp])
        #expect(reply.error == 300)
        #expect(reply.decode(AlternateServer.self)?.address == address("203.0.113.9:3478"))
        #expect(reply.isAuthentic(.sha1, try client.key()))
        client.password = "wrong"
        #expect(try client.request(lab, .allocate, [.udp]).error == 401)
        // There is no server of this client's family to go to.
        var other = Client(Lab.fiveTuple("[2001:db8::7]:5000"))
        try other.challenge(lab)
        #expect(try other.request(lab, .allocate, [.udp]).error == 486)
    }

    /// RFC 8489 section 18.5.1.
    @Test(arguments: [PasswordAlgorithm.md5, .sha256])
    func `keys are made from strings after OpaqueString`(_ algorithm: PasswordAlgorithm) throws {
        // The composed and the decomposed form are one name; the spaces are one space.
        let lab = try Lab {
            $0.credentials.staticUsers = [StaticUser(name: "Ame\u{301}lie\u{A0}X", password: "pa\u{2003}ss")]
        }
        var client = Client(username: "Am\u{E9}lie X", password: "pa ss")
        client.passwordAlgorithm = algorithm
        try client.challenge(lab)
        #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
    }

    /// RFC 8489 appendix B.1 uses USERHASH with MESSAGE-INTEGRITY-SHA256: the same shape against this server.
    @Test func `USERHASH with MESSAGE-INTEGRITY-SHA256 authenticates a static user`() throws {
        let lab = try Lab {
            $0.credentials = CredentialPolicy(staticUsers: [StaticUser(name: "matrix", password: "TheMatrIX")])
        }
        var client = Client(username: "matrix", password: "TheMatrIX")
        client.usesUserHash = true
        client.passwordAlgorithm = .sha256
        client.integrity = [.sha256]
        try client.challenge(lab)
        #expect(NonceCookie.features(of: client.nonce.rawSpan) == [.passwordAlgorithms, .usernameAnonymity])
        let reply = try client.request(lab, .allocate, [.udp])
        #expect(reply.isSuccess)
        #expect(reply.isAuthentic(.sha256, try client.key()))
        client.usesUserHash = false
        #expect(try client.request(lab, .refresh).isSuccess)
    }

    /// RFC 8656 section 5 wants SOFTWARE in answers; strangers get none.
    @Test func `SOFTWARE is told to authenticated clients only`() throws {
        let lab = try Lab { $0.software = "Martlet" }
        var client = Client()
        let challenge = TestMessage.make(.request, .allocate, lab.transactionID(), [.udp])
        #expect(lab.reply(challenge, over: fiveTuple)?.attributes[.software] == nil)
        #expect(lab.reply(binding(lab), over: fiveTuple)?.attributes[.software] == nil)
        try client.challenge(lab)
        #expect(try client.request(lab, .allocate).attributes[.software] != nil)
        #expect(try client.request(lab, .refresh).attributes[.software] != nil)
        #expect(try client.request(lab, .createPermission).attributes[.software] == nil)
    }

    /// RFC 8489 section 11.
    @Test func `a request of RFC 3489 over DTLS gets 500`() throws {
        let lab = try Lab()
        var classic = binding(lab)
        classic.replaceSubrange(4..<8, with: [1, 2, 3, 4])
        #expect(lab.receive(classic, over: Lab.fiveTuple()) == .drop(.malformed))
        let dtls = Lab.fiveTuple("198.51.100.7:5000", .dtls)
        guard case .respond(let count) = lab.receive(classic, over: dtls) else {
            Issue.record("no answer")
            return
        }
        let bytes = lab.lastResponse
        #expect(bytes.count == count)
        #expect(Array(bytes[..<4]) == [0x01, 0x11, 0, 8])
        #expect(bytes[4..<20] == classic[4..<20])
        #expect(Array(bytes[20...]) == [0, 9, 0, 4, 0, 0, 5, 0])
        classic[1] = 3
        #expect(lab.receive(classic, over: dtls) == .drop(.malformed))
    }

    /// RFC 8016 is not spoken: its attribute is one that may be ignored.
    @Test func `MOBILITY-TICKET is ignored and never answered with 405`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        let ticket = TestAttribute(AttributeType(rawValue: 0x8030), [])
        #expect(try client.request(lab, .allocate, [.udp, ticket]).isSuccess)
    }

    /// RFC 7443.
    @Test func `the application protocols have their registered names`() {
        #expect(ApplicationProtocol.turn == "stun.turn")
        #expect(ApplicationProtocol.natDiscovery == "stun.nat-discovery")
    }

    @Test func `Binding can be switched off`() throws {
        let lab = try Lab { $0.answersBinding = false }
        #expect(lab.receive(binding(lab), over: fiveTuple) == .drop(.bindingDisabled))
        let other = try Lab()
        let reply = other.reply(binding(other), over: fiveTuple)
        #expect(reply?.decode(XorMappedAddress.self)?.address == fiveTuple.client)
        let ipv6 = Lab.fiveTuple("[2001:db8::7]:5000")
        let second = other.reply(binding(other), over: ipv6)
        #expect(second?.decode(XorMappedAddress.self)?.address == ipv6.client)
    }
}
