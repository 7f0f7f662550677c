import Crypto
import STUN
import Testing
import Wire

@Suite("STUN credentials")
struct CredentialTests {
    /// A message signed with a key, to compare keys that show nothing of themselves.
    private func sign(_ key: IntegrityKey) throws -> [UInt8] {
        try build(.request, .binding) { writer throws(STUNError) in try writer.finish(integrity: .sha1, key: key) }
    }

    @Test func `item 23: long-term keys are hashes of user, realm and password`() throws {
        let text = Array("user:example.org:pass".utf8)
        for (algorithm, hash) in [
            (PasswordAlgorithm.md5, Array(Insecure.MD5.hash(data: text))), (.sha256, Array(SHA256.hash(data: text))),
        ] {
            let key = try IntegrityKey.longTerm(
                username: "user",
                realm: "example.org",
                password: "pass",
                algorithm: algorithm,
                preparedFor: .sha1
            )
            #expect(try sign(key) == sign(IntegrityKey(hash.rawSpan, preparedFor: .sha1)))
        }
    }

    @Test func `an unknown password algorithm is refused`() {
        #expect(throws: STUNError.attributeValue(type: .passwordAlgorithm, value: 9)) {
            _ = try IntegrityKey.longTerm(
                username: "u",
                realm: "r",
                password: "p",
                algorithm: PasswordAlgorithm(rawValue: 9),
                preparedFor: .sha1
            )
        }
    }

    @Test func `item 23: equivalent strings make equal keys`() throws {
        let composed = try IntegrityKey.shortTerm(password: "caf\u{E9} \u{3000}x")
        let decomposed = try IntegrityKey.shortTerm(password: "cafe\u{301} \u{20}x")
        #expect(try sign(composed) == sign(decomposed))
    }

    @Test(
        "OpaqueString maps",
        arguments: [
            ("correct horse", "correct horse"),
            ("\u{1680}a\u{A0}b\u{3000}", " a b "),
            ("e\u{301}", "\u{E9}"),
            ("\u{212B}", "\u{C5}"),
            // Case and compatibility stay.
            ("\u{2168}\u{AA}\u{FF21}Aa", "\u{2168}\u{AA}\u{FF21}Aa"),
            (RFC8489.username, RFC8489.username),
            ("\u{1F642}", "\u{1F642}"),
        ]
    )
    func mapping(_ input: String, _ output: String) throws {
        #expect(Array(try OpaqueString.enforce(input).unicodeScalars) == Array(output.unicodeScalars))
    }

    @Test(
        "OpaqueString refuses",
        arguments: [
            "\u{0}", "a\u{7}", "\u{7F}", "\u{85}", "The\u{AD}M", "\u{200B}", "\u{FEFF}", "\u{FFFE}", "\u{378}",
            "\u{1100}",
            "\u{640}", "\u{2028}", "\u{E000}", "\u{202E}",
        ]
    )
    func refusal(_ input: String) {
        let bad = input.unicodeScalars.first { !("A"..."z").contains($0) }?.value ?? 0
        #expect(throws: STUNError.disallowedCodePoint(bad)) { try OpaqueString.enforce(input) }
    }

    @Test func `OpaqueString refuses the empty string`() {
        #expect(throws: STUNError.emptyString) { try OpaqueString.enforce("") }
    }

    @Test(
        "item 14: a nonce starts with the features of the server",
        arguments: [
            (SecurityFeatures(), "AAAA"), (.passwordAlgorithms, "AAAB"), (.usernameAnonymity, "AAAC"),
            ([.passwordAlgorithms, .usernameAnonymity], "AAAD"), (SecurityFeatures(rawValue: 0xFFFF_FFFF), "////"),
            (SecurityFeatures(rawValue: 0xF8_0F83), "+A+D"),
        ] as [(SecurityFeatures, String)]
    )
    func cookie(_ features: SecurityFeatures, _ base64: String) throws {
        var memory = [UInt8](repeating: 0, count: NonceCookie.byteCount)
        do {
            var span = memory.mutableSpan
            var writer = ByteWriter(unsafe span.mutableBytes)
            try NonceCookie.write(features, to: &writer)
        }
        #expect(String(decoding: memory, as: UTF8.self) == "obMatJos2" + base64)
        let nonce = memory + Array("rest".utf8)
        #expect(NonceCookie.features(of: nonce.rawSpan) == features)
    }

    @Test(
        "item 14: a nonce of an older server claims nothing",
        arguments: [
            "", "obMatJos2", "obMatJos2AAA", "obMatJos1AAAB", "obMatJos2AA=B", "f//499k954d6OL34oL9FSTvy64sA",
        ]
    )
    func noCookie(_ nonce: String) {
        #expect(NonceCookie.features(of: Array(nonce.utf8).rawSpan) == nil)
    }

    @Test func `transaction identifiers take 96 bits from the generator`() {
        var generator = SystemRandomNumberGenerator()
        let identifiers = Set((0..<100).map { _ in TransactionID.random(using: &generator) })
        #expect(identifiers.count == 100)
        #expect(Set(identifiers.map(\.high)).count > 90)
        #expect(Set(identifiers.map(\.low)).count > 90)
    }
}
