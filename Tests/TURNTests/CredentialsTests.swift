import Testing

@testable import TURN

@Suite("Credentials")
struct CredentialsTests {
    /// The HMAC-SHA1 of RFC 2202 test case 2, in base64.
    @Test func `the password is base64 of HMAC-SHA1 with the text of the secret as key`() {
        let password = SharedSecret("Jefe").password(forUsername: Array("what do ya want for nothing?".utf8))
        #expect(String(decoding: password, as: UTF8.self) == "7/zfauXrL6LSdBbV8YTfnCWafHk=")
    }

    @Test func `a minted username names expiry, namespace and user`() {
        let secret = SharedSecret("s")
        let with = Credentials.mint(
            namespace: "ns",
            user: "bob",
            lifetimeSeconds: 600,
            secret: secret,
            nowUnixSeconds: 1000
        )
        #expect(with.username == "1600:ns:bob")
        #expect(with.expiryUnixSeconds == 1600)
        let without = Credentials.mint(namespace: "ns", lifetimeSeconds: .max, secret: secret, nowUnixSeconds: 1000)
        #expect(without.username == "\(UInt64.max):ns")
        #expect(with.password != without.password)
    }

    @Test(
        arguments: [
            ("1600:ns", "ns", 1600, nil), ("1600:ns:bob", "ns", 1600, "bob"), ("1600:ns:b:c", "ns", 1600, "b:c"),
            ("1600:ns:", "ns", 1600, nil), ("1600", nil, 1600, nil), ("1600:bob", nil, 1600, "bob"),
        ] as [(String, String?, UInt64, String?)]
    )
    func `usernames are taken apart`(_ name: String, _ namespace: String?, _ expiry: UInt64, _ user: String?) throws {
        let parts = try #require(TimeLimitedUsername(Array(name.utf8), namespace: namespace.map { Array($0.utf8) }))
        #expect(parts.expiryUnixSeconds == expiry)
        #expect(parts.user.map { String(decoding: $0, as: UTF8.self) } == user)
    }

    @Test(arguments: [
        "", ":ns", "x:ns", "1600", "1600:", "1600:n", "1600:nss", "-1:ns", "18446744073709551616:ns", "1 :ns",
    ])
    func `usernames of another form or namespace are refused`(_ name: String) {
        #expect(TimeLimitedUsername(Array(name.utf8), namespace: Array("ns".utf8)) == nil)
    }

    @Test func `secrets do not show in descriptions`() {
        let values: [Any] = [
            SharedSecret("hunter2"), StaticUser(name: "bob", password: "hunter2"),
            Credentials.mint(namespace: "n", lifetimeSeconds: 1, secret: SharedSecret("hunter2"), nowUnixSeconds: 0),
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            #expect(!"\(value)\(String(reflecting: value))\(dumped)".contains("hunter2"))
        }
        let credentials = Credentials.mint(
            namespace: "n",
            lifetimeSeconds: 1,
            secret: SharedSecret("s"),
            nowUnixSeconds: 0
        )
        #expect(!"\(credentials)".contains(credentials.password))
    }

    /// RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
    ])
    func `base64 follows its vectors`(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == Array(encoded.utf8))
        if !encoded.hasSuffix("=") { #expect(Base64.decode(Array(encoded.utf8)) == Array(text.utf8)) }
        #expect(Base64.decode(Array("Zm9".utf8)) == nil)
        #expect(Base64.decode(Array("Zm9_".utf8)) == nil)
    }

    @Test func `settings that cannot work are refused with their key`() throws {
        func key(_ policy: CredentialPolicy) -> String? {
            do throws(ConfigurationError) {
                try policy.validate()
                return nil
            } catch { return error.key }
        }
        #expect(key(CredentialPolicy()) == "auth_secrets")
        #expect(key(CredentialPolicy(secrets: [SharedSecret("")])) == "auth_secrets")
        #expect(key(CredentialPolicy(secrets: [SharedSecret("s")], namespace: "a:b")) == "namespace")
        #expect(key(CredentialPolicy(staticUsers: [StaticUser(name: "", password: "x")])) == "static_users")
        #expect(key(CredentialPolicy(secrets: [SharedSecret("s")], namespace: "ns")) == nil)
    }
}
