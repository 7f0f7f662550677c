import ControlPlane
import Testing
import Wire

@Suite("Redaction")
struct RedactedTests {
    @Test(
        "an address keeps its network",
        arguments: [
            ("198.51.100.77:4000", "198.51.100.0/24 port 4000"), ("[2001:db8:1:2::3]:5", "2001:db8:1::/48 port 5"),
            ("[::ffff:198.51.100.77]:5", "198.51.100.0/24 port 5"),
        ]
    )
    func address(text: String, redacted: String) throws {
        #expect(Redacted(try #require(TransportAddress(text))).description == redacted)
    }

    @Test func `a user becomes a number that stays the same`() {
        let anna = Redacted(userName: "1700000000:demo:anna").description
        #expect(anna.hasPrefix("1700000000:demo:user-"))
        #expect(!anna.contains("anna"))
        #expect(anna == Redacted(userName: "1700000000:demo:anna").description)
        #expect(anna != Redacted(userName: "1700000000:demo:bert").description)
        #expect(Redacted(userName: "1700000000:demo").description == "1700000000:demo")
        #expect(!Redacted(userName: "anna:secret").description.contains("anna"))
        #expect(!Redacted(userName: "anna").description.contains("anna"))
    }
}
