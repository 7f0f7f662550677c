import ICE
import STUN
import Testing
import Wire

@Suite("ICE credentials, candidates and sources")
struct CredentialsTests {
    @Test func `credentials are ICE characters of the promised length and differ`() {
        var generator = SplitMix(state: 4)
        let all = (0..<200).map { _ in Credentials.random(using: &generator) }
        #expect(Set(all.map(\.ufrag)).count == 200)
        #expect(Set(all.map(\.pwd)).count == 200)
        for credentials in all {
            #expect(credentials.ufrag.description.count == 8)
            #expect(credentials.pwd.count == 24)
            let text = credentials.ufrag.description + credentials.pwd
            #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "/") })
        }
        #expect(Set(all.flatMap { $0.pwd }).count == 64)
    }

    @Test func `a password is not printed`() {
        var generator = SplitMix(state: 4)
        let credentials = Credentials.random(using: &generator)
        for text in ["\(credentials)", "\([credentials])", String(reflecting: credentials)] {
            #expect(!text.contains(credentials.pwd))
        }
    }

    @Test func `a check names its agent`() throws {
        var generator = SplitMix(state: 5)
        let credentials = Credentials.random(using: &generator)
        let bytes = try Check(credentials).bytes()
        let message = try MessageView(parsing: bytes.rawSpan)
        #expect(Ufrag(in: message) == credentials.ufrag)
        for ufrag in ["", "short", "muchtoolong", "no colon"] {
            var check = Check(credentials)
            check.ufrag = ufrag
            if ufrag == "no colon" { check.ufrag = "12345678x" }
            let bytes = try check.bytes()
            let message = try MessageView(parsing: bytes.rawSpan)
            #expect(Ufrag(in: message) == nil)
        }
    }

    @Test(
        "sources are read and written",
        arguments: ["10.0.0.1:49152-65535", "10.0.0.1:3000", "[fd00::1]:49152-50000", "[fd00::1]:1"]
    )
    func sources(text: String) throws {
        #expect(RelaySources.Entry(text)?.description == text)
    }

    @Test(
        "what is no source is refused",
        arguments: [
            "", "10.0.0.1", "10.0.0.1:", "10.0.0.1:0-1", "10.0.0.1:2-1", "10.0.0.1:1-65536", "10.0.0.1:1-2-3",
            "10.0.0.1:1-+2", "fd00::1:5-6", "10.0.0:1-2", ":1-2",
        ]
    )
    func badSources(text: String) { #expect(RelaySources.Entry(text) == nil) }

    @Test func `sources see through IPv4-mapped addresses`() throws {
        let sources = RelaySources([try #require(RelaySources.Entry("10.0.0.1:50000-50001"))])
        let mapped = IPAddress(ipv6High: 0, low: 0xFFFF_0A00_0001)
        #expect(sources.contains(TransportAddress(mapped, port: 50001)))
        #expect(!sources.contains(TransportAddress(mapped, port: 50002)))
    }

    @Test func `host candidates are ranked as they come`() {
        let ip = IPAddress(ipv4: 10, 0, 0, 1)
        let second = IPAddress(ipv4: 10, 0, 0, 2)
        let list = HostCandidate.list([
            TransportAddress(ip, port: 1), TransportAddress(second, port: 1), TransportAddress(ip, port: 2),
        ])
        #expect(list.map(\.foundation) == ["1", "2", "1"])
        #expect(list.map(\.priority) == [2_130_706_431, 2_130_706_175, 2_130_705_919])
    }
}
