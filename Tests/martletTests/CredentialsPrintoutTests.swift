import TURN
import Testing

@testable import martlet

@Suite("What martlet credentials prints")
struct CredentialsPrintoutTests {
    private func printout(user: String? = nil, uris: [String] = []) -> CredentialsPrintout {
        CredentialsPrintout(
            credentials: Credentials.mint(
                namespace: "demo",
                user: user,
                lifetimeSeconds: 600,
                secret: SharedSecret("north"),
                nowUnixSeconds: 1_700_000_000
            ),
            lifetimeSeconds: 600,
            uris: uris
        )
    }

    // printf %s 1700000600:demo | openssl dgst -sha1 -hmac north -binary | base64
    @Test func `text has a line for each part`() {
        #expect(
            printout(uris: ["turn:h:1?transport=udp"]).text
                == "username: 1700000600:demo\npassword: 2LvMEFc/Wjf2QRXfQgsQMkQpN1I=\nttl: 600\nuri: turn:h:1?transport=udp"
        )
    }

    // printf %s 1700000600:demo:anna | openssl dgst -sha1 -hmac north -binary | base64
    @Test func `JSON is what a gateway answers`() {
        #expect(
            printout(user: "anna").json
                == #"{"username":"1700000600:demo:anna","password":"VGDNscSuKIvFKZ3RTlJUYodxUKg=","ttl":600,"uris":[]}"#
        )
    }

    @Test func `a shell and a JSON parser get the name whole`() {
        let made = printout(user: "a'b\"c\\", uris: ["turn:h:1?transport=udp"])
        #expect(made.environment.contains(#"TURN_USERNAME='1700000600:demo:a'\''b"c\'"#))
        #expect(made.json.hasPrefix(#"{"username":"1700000600:demo:a'b\"c\\","password":""#))
        #expect(made.json.hasSuffix(#","ttl":600,"uris":["turn:h:1?transport=udp"]}"#))
    }
}
