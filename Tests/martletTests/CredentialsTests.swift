import Testing

@testable import martlet

@Suite("Time-limited credentials")
struct CredentialsTests {
    private func credentials(user: String? = nil, uris: [String] = []) -> Credentials {
        Credentials(
            secret: "north",
            namespace: "demo",
            user: user,
            lifetimeSeconds: 600,
            now: 1_700_000_000,
            uris: uris
        )
    }

    // printf %s 1700000600:demo | openssl dgst -sha1 -hmac north -binary | base64
    @Test func `the password is the HMAC-SHA1 of the user name with the secret's text`() {
        let made = credentials()
        #expect(made.userName == "1700000600:demo")
        #expect(made.password == "2LvMEFc/Wjf2QRXfQgsQMkQpN1I=")
    }

    // printf %s 1700000600:demo:anna | openssl dgst -sha1 -hmac north -binary | base64
    @Test func `the user is part of the name`() {
        let made = credentials(user: "anna")
        #expect(made.userName == "1700000600:demo:anna")
        #expect(made.password == "VGDNscSuKIvFKZ3RTlJUYodxUKg=")
    }

    @Test func `a lifetime beyond all time saturates`() {
        let made = Credentials(secret: "s", namespace: "n", user: nil, lifetimeSeconds: .max, now: 1, uris: [])
        #expect(made.userName == "\(Int64.max):n")
    }

    @Test func `a shell and a JSON parser get the name whole`() {
        let made = credentials(user: "a'b\"c\\", uris: ["turn:h:1?transport=udp"])
        #expect(made.environment.contains(#"TURN_USERNAME='1700000600:demo:a'\''b"c\'"#))
        #expect(made.json.hasPrefix(#"{"username":"1700000600:demo:a'b\"c\\","password":""#))
        #expect(made.json.hasSuffix(#","ttl":600,"uris":["turn:h:1?transport=udp"]}"#))
    }

    @Test(
        "base64 with padding, RFC 4648 section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy"),
        ]
    )
    func base64(bytes: String, text: String) {
        #expect(Base64.encode(Array(bytes.utf8)) == text)
    }
}
