import Testing
import Wire

@testable import Settings

@Suite("Rules for peers")
struct PeerRuleTests {
    static let valid: [(text: String, address: String, length: UInt8, ports: ClosedRange<UInt16>)] = [
        ("10.0.0.2", "10.0.0.2", 32, 1...65_535),
        ("10.0.0.2:20000-20499", "10.0.0.2", 32, 20_000...20_499),
        ("10.0.0.2:5000", "10.0.0.2", 32, 5000...5000),
        ("10.0.0.0/24:5000-5001", "10.0.0.0", 24, 5000...5001),
        ("0.0.0.0/0", "0.0.0.0", 0, 1...65_535),
        ("fd00::2", "fd00::2", 128, 1...65_535),
        ("[fd00::2]:20000-20499", "fd00::2", 128, 20_000...20_499),
        ("[fd00::2]", "fd00::2", 128, 1...65_535),
        ("[fd00::/64]:7", "fd00::", 64, 7...7),
        ("fd00:0:0:0:8000::/65", "fd00::8000:0:0:0", 65, 1...65_535),
    ]

    @Test("a rule is read", arguments: valid)
    func reads(text: String, address: String, length: UInt8, ports: ClosedRange<UInt16>) throws {
        let rule = try #require(PeerRule(text))
        #expect(rule.address.description == address)
        #expect(rule.prefixLength == length)
        #expect(rule.ports == ports)
        #expect(rule.isWide == (length < (address.contains(":") ? 128 : 32)))
        #expect(rule.namesPorts == (ports != 1...65_535))
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", ":", "10.0.0.2:", "10.0.0.2:0", "10.0.0.2:65536", "10.0.0.2:9-8", "10.0.0.2:1-2-3", "10.0.0.2:+1",
            "10.0.0.2:-1",
            "10.0.0.2/33", "10.0.0.2/24", "10.0.0.2/", "10.0.0.2/32/32", "10.0.0", "[10.0.0.2]:1", "[fd00::2",
            "[fd00::2]1",
            "[fd00::2]:", "fd00::/129", "fd00::1/64", "host:1", "10.0.0.2 :1", "010.0.0.2:1",
        ]
    )
    func refuses(text: String) {
        #expect(PeerRule(text) == nil)
    }
}
