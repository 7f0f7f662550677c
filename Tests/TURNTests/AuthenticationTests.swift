import STUN
import TURN
import Testing
import Wire

@Suite("Long-term credentials")
struct AuthenticationTests {
    let fiveTuple = Lab.fiveTuple()

    /// RFC 8489 section 9.2.4.
    @Test func `without integrity a request gets 401 with REALM, NONCE and PASSWORD-ALGORITHMS and nothing else`()
        throws
    {
        let lab = try Lab()
        for method in [STUN.Method.allocate, .refresh, .createPermission, .channelBind] {
            let request = TestMessage.make(.request, method, lab.transactionID(), [TestAttribute(.username, "x")])
            let reply = try #require(lab.reply(request, over: fiveTuple))
            #expect(reply.error == 401)
            #expect(reply.order == [.errorCode, .realm, .nonce, .passwordAlgorithms])
            #expect(reply.attributes[.realm] == Array(Lab.realm.utf8))
            #expect(reply.attributes[.passwordAlgorithms] == [0, 2, 0, 0, 0, 1, 0, 0])
            #expect(reply.attributes[.errorCode]?.count == 4, "no reason phrase")
        }
        let plain = try Lab { $0.offersPasswordAlgorithms = false }
        let reply = plain.reply(TestMessage.make(.request, .allocate, lab.transactionID(), []), over: fiveTuple)
        #expect(reply?.order == [.errorCode, .realm, .nonce])
    }

    /// RFC 8489 section 9.2.4.
    @Test func `a nonce serves the source that it was made for and no other`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        for other in [
            Lab.fiveTuple("198.51.100.7:5001"), Lab.fiveTuple("198.51.100.8:5000"),
            Lab.fiveTuple("198.51.100.7:5000", .tcp),
        ] {
            var thief = client
            thief.fiveTuple = other
            let reply = try thief.request(lab, .allocate, [.udp])
            #expect(reply.error == 438)
            thief.nonce = try #require(reply.nonce)
            #expect(thief.nonce != client.nonce)
            #expect(try thief.request(lab, .allocate, [.udp]).isSuccess)
        }
    }

    /// RFC 8489 section 9.2.4.
    @Test(arguments: [AttributeType.username, .realm, .nonce])
    func `integrity without USERNAME, REALM or NONCE is a bad request`(_ missing: AttributeType) throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        let attributes = try client.credentialAttributes().filter { $0.type != missing }
        let protection = TestMessage.Protection(key: try client.key())
        let request = TestMessage.make(.request, .allocate, lab.transactionID(), [.udp] + attributes, protection)
        let reply = try #require(lab.reply(request, over: fiveTuple))
        #expect(reply.error == 400)
        #expect(reply.order == [.errorCode])
    }

    /// RFC 8489 section 9.2.4.
    @Test func `PASSWORD-ALGORITHM and PASSWORD-ALGORITHMS come both, unchanged, or not at all`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        let supported = TestAttribute(PasswordAlgorithms.supported)
        let swapped = TestAttribute(.passwordAlgorithms, [0, 1, 0, 0, 0, 2, 0, 0])
        let fewer = TestAttribute(.passwordAlgorithms, [0, 1, 0, 0])
        let sha256 = TestAttribute(PasswordAlgorithm.sha256)
        let unknown = TestAttribute(.passwordAlgorithm, [0, 7, 0, 0])
        for wrong in [
            [supported], [sha256], [swapped, sha256], [fewer, TestAttribute(PasswordAlgorithm.md5)],
            [supported, unknown],
        ] {
            #expect(try client.request(lab, .allocate, [.udp] + wrong).error == 400)
        }
        // None of both: a client of RFC 5389, which must work.
        #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
        for algorithm in [PasswordAlgorithm.md5, .sha256] {
            for integrity in [[IntegrityAlgorithm.sha1], [.sha256], [.sha1, .sha256]] {
                var modern = Client(
                    Lab.fiveTuple("198.51.100.7:\(6000 + algorithm.rawValue * 10 + UInt16(integrity.count))")
                )
                modern.passwordAlgorithm = algorithm
                modern.integrity = integrity
                try modern.challenge(lab)
                #expect(try modern.request(lab, .allocate, [.udp]).isSuccess)
                #expect(try modern.request(lab, .refresh, [.lifetime(0)]).isSuccess)
            }
        }
    }

    /// RFC 8489 section 9.2.4.
    @Test func `unknown users and wrong passwords get 401 with a fresh challenge`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        var wrong: [Client] = []
        for username in [
            "nobody", "", "1800000600:other:alice", "x:ns:alice", "99999999999999999999:ns", "1800000600:nsx",
        ] {
            var stranger = client
            stranger.username = username
            wrong.append(stranger)
        }
        var guesser = client
        guesser.password = "wrong"
        wrong.append(guesser)
        var foreign = client
        foreign.realm = "other.example"
        wrong.append(foreign)
        for stranger in wrong {
            let protection = TestMessage.Protection(
                key: IntegrityKey(Array("any key".utf8).rawSpan, preparedFor: .sha1)
            )
            let attributes = try stranger.credentialAttributes()
            let request = TestMessage.make(.request, .allocate, lab.transactionID(), [.udp] + attributes, protection)
            let reply = try #require(lab.reply(request, over: fiveTuple))
            #expect(reply.error == 401)
            #expect(reply.order == [.errorCode, .realm, .nonce, .passwordAlgorithms])
        }
        #expect(lab.allocationCount == 0)
        #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
    }

    /// RFC 8489 section 9.2.4: the integrity is judged before the age of the nonce, but a nonce that is not ours costs the
    /// server nothing more.
    @Test func `an old nonce gets 438 after the integrity was right, a forged one at once`() throws {
        let lab = try Lab()
        var client = Client(lifetimeSeconds: 10_000)
        try client.challenge(lab)
        let first = client.nonce
        lab.wait(600)
        #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
        lab.wait(1)
        let stale = try client.request(lab, .refresh)
        #expect(stale.error == 438)
        #expect(stale.order == [.errorCode, .realm, .nonce, .passwordAlgorithms])
        var wrong = client
        wrong.password = "wrong"
        #expect(try wrong.request(lab, .refresh).error == 401)
        for index in [0, 9, 13, 20, 32] {
            var forged = wrong
            forged.nonce[index] = forged.nonce[index] == 0x41 ? 0x42 : 0x41
            #expect(try forged.request(lab, .refresh).error == 438)
        }
        client.nonce = try #require(stale.nonce)
        #expect(client.nonce != first)
        #expect(try client.request(lab, .refresh).isSuccess)
    }

    /// RFC 8489 section 9.2: bid-down protection.
    @Test func `the nonce says which features the server has, and cannot be changed`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        #expect(client.nonce.starts(with: Array("obMatJos2".utf8)))
        // Time-limited usernames cannot be found by their hash, so hiding them is not offered.
        #expect(NonceCookie.features(of: client.nonce.rawSpan) == .passwordAlgorithms)
        var weakened = client
        weakened.nonce.replaceSubrange(9..<13, with: Array("AAAA".utf8))
        #expect(try weakened.request(lab, .allocate, [.udp]).error == 438)
    }

    /// RFC 8489 section 9.2.4.
    @Test func `the answer is protected as the request deserves`() throws {
        let lab = try Lab()
        // Both attributes: MESSAGE-INTEGRITY-SHA256 is the one that counts.
        var both = Client(Lab.fiveTuple("198.51.100.7:6001"))
        both.integrity = [.sha1, .sha256]
        try both.challenge(lab)
        var message = try both.message(.allocate, [.udp], lab.transactionID())
        message[message.count - 1] ^= 1
        #expect(lab.reply(message, over: both.fiveTuple)?.error == 401)

        // No password algorithm: MESSAGE-INTEGRITY.
        let legacy = try both.request(lab, .allocate, [.udp])
        #expect(legacy.isSuccess)
        #expect(legacy.isAuthentic(.sha1, try both.key()))
        #expect(legacy.attributes[.messageIntegritySHA256] == nil)

        // A password algorithm, even MD5: MESSAGE-INTEGRITY-SHA256.
        var modern = Client(Lab.fiveTuple("198.51.100.7:6002"))
        modern.passwordAlgorithm = .md5
        try modern.challenge(lab)
        let reply = try modern.request(lab, .allocate, [.udp])
        #expect(reply.isAuthentic(.sha256, try modern.key()))
        #expect(reply.attributes[.messageIntegrity] == nil)
        let error = try modern.request(lab, .createPermission)
        #expect(error.error == 400)
        #expect(error.isAuthentic(.sha256, try modern.key()))
    }

    /// RFC 8489 section 9.2.4.
    @Test func `answers carry no REALM, NONCE, USERNAME or USERHASH once authenticated`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        for reply in [
            try client.request(lab, .allocate, [.udp]), try client.request(lab, .refresh),
            try client.permit(lab, Lab.peer), try client.permit(lab, "8.8.8.8:1"),
        ] {
            for type in [AttributeType.realm, .nonce, .username, .userHash] { #expect(reply.attributes[type] == nil) }
        }
    }

    @Test func `a hash of a time-limited username is that of an unknown user`() throws {
        let lab = try Lab()
        var client = Client()
        client.usesUserHash = true
        try client.challenge(lab)
        #expect(try client.request(lab, .allocate, [.udp]).error == 401)
    }

    @Test func `several secrets serve at once`() throws {
        let new = SharedSecret("new")
        let lab = try Lab { $0.credentials.secrets = [new, Lab.secret] }
        for (index, secret) in [new, Lab.secret].enumerated() {
            let minted = Credentials.mint(
                namespace: "ns",
                lifetimeSeconds: 60,
                secret: secret,
                nowUnixSeconds: Lab.startUnixSeconds
            )
            let tuple = Lab.fiveTuple("198.51.100.7:\(7000 + index)")
            var client = Client(tuple, username: minted.username, password: minted.password)
            try client.allocate(lab)
        }
        #expect(lab.allocationCount == 2)
    }

    /// The expiry is judged where an allocation is made; what lives, goes on with the key it was made with.
    @Test func `an allocation outlives its credentials, also after a 438`() throws {
        let lab = try Lab()
        var client = Client(lifetimeSeconds: 100)
        try client.allocate(lab)
        lab.wait(500)
        #expect(try client.request(lab, .refresh).isSuccess)
        lab.wait(500)
        let stale = try client.request(lab, .refresh)
        #expect(stale.error == 438)
        client.nonce = try #require(stale.nonce)
        #expect(try client.request(lab, .refresh).isSuccess)
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        // For a new allocation they are over.
        var second = client
        second.fiveTuple = Lab.fiveTuple("198.51.100.7:5001")
        try second.challenge(lab)
        #expect(try second.request(lab, .allocate, [.udp]).error == 401)
    }

    @Test func `credentials expire at their second`() throws {
        let lab = try Lab()
        var client = Client(lifetimeSeconds: 100)
        try client.challenge(lab)
        lab.wait(99)
        #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
        #expect(try client.request(lab, .refresh, [.lifetime(0)]).isSuccess)
        lab.wait(1)
        #expect(try client.request(lab, .allocate, [.udp]).error == 401)
    }

    @Test func `strict expiry judges Refresh too, but not the deletion`() throws {
        let lab = try Lab { $0.credentials.judgesExpiryAtRefresh = true }
        var client = Client(lifetimeSeconds: 100)
        try client.allocate(lab)
        lab.wait(100)
        let reply = try client.request(lab, .refresh)
        #expect(reply.error == 401)
        #expect(reply.nonce != nil)
        #expect(lab.allocationCount == 1)
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        #expect(try client.request(lab, .refresh, [.lifetime(0)]).isSuccess)
        #expect(lab.allocationCount == 0)
    }

    @Test func `without a namespace the user follows the expiry`() throws {
        let lab = try Lab { $0.credentials.namespace = nil }
        let minted = Credentials.mint(
            namespace: "any",
            lifetimeSeconds: 60,
            secret: Lab.secret,
            nowUnixSeconds: Lab.startUnixSeconds
        )
        var client = Client(username: minted.username, password: minted.password)
        try client.allocate(lab)
    }
}
