import STUN
import Testing
import Wire

@Suite("Published STUN vectors")
struct VectorTests {
    @Test("short-term vectors are authentic", arguments: [RFC5769.request, RFC5769.ipv4Response, RFC5769.ipv6Response])
    func shortTerm(_ vector: Vector) throws {
        let message = try MessageView(parsing: vector.bytes.rawSpan)
        let key = try IntegrityKey.shortTerm(password: RFC5769.password)
        let isAuthentic = message.isAuthentic(.sha1, key: key)
        #expect(isAuthentic)
        let otherKey = try IntegrityKey.shortTerm(password: RFC5769.password + "x")
        let isForged = message.isAuthentic(.sha1, key: otherKey)
        #expect(!isForged)
        let fingerprint = message.fingerprintStatus
        #expect(fingerprint == .valid)
        let id = message.transactionID
        #expect(id == RFC5769.transactionID)
    }

    @Test func `the sample request says what section 2 1 says`() throws {
        let bytes = RFC5769.request.bytes
        #expect(try read(bytes) { $0.type } == MessageType(.request, .binding))
        #expect(try text(.software, of: bytes) == "STUN test client")
        #expect(try text(.username, of: bytes) == "evtj:h6vY")
        #expect(try value(Priority.self, of: bytes) == Priority(0x6E00_01FF))
        #expect(try value(IceControlled.self, of: bytes) == IceControlled(tieBreaker: 0x932F_F9B1_5126_3B36))
    }

    @Test func `the sample responses name the mapped addresses`() throws {
        let four = RFC5769.ipv4Response.bytes
        #expect(try read(four) { $0.type } == MessageType(.successResponse, .binding))
        #expect(try value(XorMappedAddress.self, of: four)?.address.description == "192.0.2.1:32853")
        let six = try value(XorMappedAddress.self, of: RFC5769.ipv6Response.bytes)
        #expect(six?.address.description == "[2001:db8:1234:5678:11:2233:4455:6677]:32853")
    }

    @Test func `the long-term sample request is authentic and is rebuilt byte for byte`() throws {
        let bytes = RFC5769.longTermRequest.bytes
        let key = try IntegrityKey.longTerm(
            username: RFC8489.username,
            realm: RFC8489.realm,
            password: RFC8489.password,
            algorithm: .md5,
            preparedFor: .sha1
        )
        let message = try MessageView(parsing: bytes.rawSpan)
        let isAuthentic = message.isAuthentic(.sha1, key: key)
        #expect(isAuthentic)

        let built = try build(.request, .binding, id: message.transactionID) { writer throws(STUNError) in
            try writer.write(.username, text: RFC8489.username)
            try writer.write(.nonce, text: "f//499k954d6OL34oL9FSTvy64sA")
            try writer.write(.realm, text: RFC8489.realm)
            return try writer.finish(integrity: .sha1, key: key)
        }
        #expect(built == bytes)
    }

    @Test func `appendix B 1 of RFC 8489, corrected, is authentic and is rebuilt byte for byte`() throws {
        let bytes = RFC8489.corrected.bytes
        let key = try IntegrityKey.longTerm(
            username: RFC8489.username,
            realm: RFC8489.realm,
            password: RFC8489.password,
            algorithm: .sha256,
            preparedFor: .sha256
        )
        let message = try MessageView(parsing: bytes.rawSpan)
        let isAuthentic = message.isAuthentic(.sha256, key: key)
        #expect(isAuthentic)
        let userHash = try UserHash(username: RFC8489.username, realm: RFC8489.realm)
        #expect(try value(UserHash.self, of: bytes) == userHash)
        #expect(try value(PasswordAlgorithm.self, of: bytes) == .sha256)
        let nonce = Array(try text(.nonce, of: bytes)?.utf8 ?? "".utf8)
        #expect(NonceCookie.features(of: nonce.rawSpan) == .usernameAnonymity)

        let built = try build(.request, .binding, id: message.transactionID) { writer throws(STUNError) in
            try writer.write(userHash)
            try writer.write(.nonce, text: RFC8489.nonce)
            try writer.write(.realm, text: RFC8489.realm)
            try writer.write(PasswordAlgorithm.sha256)
            return try writer.finish(integrity: .sha256, key: key)
        }
        #expect(built == bytes)
    }

    @Test func `appendix B 1 of RFC 8489 as printed is refused for its length`() {
        #expect(RFC8489.printed.count == 20 + 136)
        #expect(parseError(RFC8489.printed) == .truncated(needed: 176, available: 156))
    }
}
