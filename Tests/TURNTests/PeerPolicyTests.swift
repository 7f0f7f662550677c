import TURN
import Testing
import Wire

@Suite("Peer policy")
struct PeerPolicyTests {
    private func policy(
        _ rules: [String],
        own: [OwnEndpoint] = [],
        local: Bool = false,
        wide: Bool = false,
        development: Bool = false
    ) throws -> PeerPolicy {
        var parsed: [AllowedPeer] = []
        for rule in rules { parsed.append(try AllowedPeer(rule)) }
        return try PeerPolicy(
            rules: parsed,
            ownEndpoints: own,
            hasLocalPeers: local,
            allowsWidePrefixes: wide,
            isDevelopment: development
        )
    }

    private func refusal(_ body: () throws -> Void) -> ConfigurationError? {
        do { try body() } catch { return error as? ConfigurationError }
        return nil
    }

    @Test func `nobody is a peer but those who are named, at the ports that are named`() throws {
        let policy = try policy(["10.0.0.2:20000-20499", "[fd00::2]:20000"])
        for (peer, verdict) in [
            ("10.0.0.2:20000", PeerVerdict.allowed), ("10.0.0.2:20499", .allowed), ("10.0.0.2:19999", .notNamed),
            ("10.0.0.2:20500", .notNamed), ("10.0.0.3:20000", .notNamed), ("8.8.8.8:53", .notNamed),
            ("192.168.0.1:20000", .notNamed), ("[fd00::2]:20000", .allowed), ("[fd00::2]:20001", .notNamed),
            ("[fd00::3]:20000", .notNamed), ("10.0.0.2:0", .denied),
        ] {
            #expect(policy.judge(address(peer)) == verdict, "\(peer)")
        }
        #expect(policy.judge(ip("10.0.0.2")) == .allowed)
        #expect(policy.judge(ip("fd00::2")) == .allowed)
        #expect(policy.judge(ip("10.0.0.1")) == .notNamed)
        #expect(PeerPolicy.nothing.judge(ip("10.0.0.2")) == .notNamed)
    }

    @Test(arguments: [
        ("::ffff:10.0.0.2", CanonicalPeer.address(ip("10.0.0.2"))),
        ("::ffff:127.0.0.1", .address(ip("127.0.0.1"))),
        ("::10.0.0.2", .address(ip("10.0.0.2"))),
        ("::127.0.0.1", .address(ip("127.0.0.1"))),
        ("::0.0.0.2", .address(ip("0.0.0.2"))),
        ("::255.255.255.255", .address(ip("255.255.255.255"))),
        ("::", .address(ip("::"))),
        ("::1", .address(ip("::1"))),
        ("10.0.0.2", .address(ip("10.0.0.2"))),
        ("fd00::2", .address(ip("fd00::2"))),
        ("2001:db8::1", .address(ip("2001:db8::1"))),
        ("::1:0:0", .address(ip("::1:0:0"))),
        ("::fffe:127.0.0.1", .address(ip("::fffe:127.0.0.1"))),
        ("::ffff:0:127.0.0.1", .translated),
        ("64:ff9b::7f00:1", .translated),
        ("64:ff9b::ffff:ffff", .translated),
        ("64:ff9b:1::1", .translated),
        ("64:ff9b:1:ffff:ffff:ffff:ffff:ffff", .translated),
        ("2002::", .translated),
        ("2002:7f00:1::", .translated),
        ("2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .translated),
        ("2001::", .translated),
        ("2001:0:7f00:1::", .translated),
        ("2001:0:ffff:ffff:ffff:ffff:ffff:ffff", .translated),
        ("2001:1::", .address(ip("2001:1::"))),
        ("2003::", .address(ip("2003::"))),
        ("64:ff9b:2::", .address(ip("64:ff9b:2::"))),
        ("64:ff9b::1:0:0", .address(ip("64:ff9b::1:0:0"))),
    ]) func `disguises are taken off or refused`(_ text: String, _ canonical: CanonicalPeer) {
        #expect(CanonicalPeer(ip(text)) == canonical)
    }

    /// RFC 8656 section 21.4.
    @Test(arguments: [
        "2001:0:7f00:1::", "2001:0:a00:2::1", "2002:7f00:1::", "2002:a00:2::", "64:ff9b::a00:2", "64:ff9b:1::a00:2",
        "::ffff:0:10.0.0.2",
    ]) func `Teredo, 6to4 and NAT64 addresses are denied`(_ text: String) throws {
        let policy = try policy(["10.0.0.2:1-65535"])
        #expect(policy.judge(ip(text)) == .denied)
        #expect(policy.judge(TransportAddress(ip(text), port: 20000)) == .denied)
    }

    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254", "169.254.0.0", "224.0.0.1",
        "239.255.255.255", "255.255.255.255", "::", "::1", "fe80::1", "febf::1", "ff02::1", "ffff::",
        "::ffff:127.0.0.1",
        "::127.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "::ffff:224.0.0.1", "::0.0.0.5",
    ]) func `some addresses no rule can open`(_ text: String) throws {
        let policy = try policy(["10.0.0.2:20000"], local: true)
        #expect(policy.judge(ip(text)) == .denied)
        #expect(policy.judge(TransportAddress(ip(text), port: 20000)) == .denied)
        // Naming it is refused; in its plain form as well as in disguise.
        let host = text.contains(":") ? "[\(text)]" : text
        let error = try #require(refusal { _ = try self.policy(["\(host):20000"]) })
        #expect(error.key == "allow_peers")
    }

    @Test(arguments: [
        "126.255.255.255", "128.0.0.0", "1.0.0.0", "169.253.255.255", "169.255.0.0", "223.255.255.255", "10.0.0.1",
        "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00::1", "fec0::1", "::2:0:0",
    ])
    func `their neighbours and private ranges can be named`(_ text: String) throws {
        let host = text.contains(":") ? "[\(text)]" : text
        let policy = try policy(["\(host):20000"])
        #expect(policy.judge(TransportAddress(ip(text), port: 20000)) == .allowed)
    }

    @Test func `our own listeners and relay ports are no peers, and no rule may name them`() throws {
        let own = [OwnEndpoint(ip("10.0.0.1"), ports: 49152...65535), OwnEndpoint(wholeAddress: ip("203.0.113.1"))]
        let policy = try policy(["10.0.0.1:20000-20499", "10.0.0.2:20000"], own: own)
        #expect(policy.judge(address("10.0.0.1:20000")) == .allowed)
        #expect(policy.judge(address("10.0.0.1:49152")) == .denied)
        #expect(policy.judge(address("[::ffff:10.0.0.1]:49152")) == .denied)
        #expect(policy.judge(address("203.0.113.1:443")) == .denied)
        #expect(policy.judge(ip("203.0.113.1")) == .denied)
        #expect(policy.judge(ip("::ffff:203.0.113.1")) == .denied)
        for rule in ["10.0.0.1:49152", "10.0.0.1", "10.0.0.1:20000-50000", "203.0.113.1:5"] {
            #expect(refusal { _ = try self.policy([rule], own: own) }?.key == "allow_peers", "\(rule)")
        }
    }

    @Test func `a wide prefix wants the flag, and must not reach what is denied`() throws {
        #expect(refusal { _ = try self.policy(["10.0.0.0/24:20000"]) }?.value == "10.0.0.0/24:20000")
        let wide = try policy(["10.0.0.0/24:20000", "[fd00::/64]:20000"], wide: true)
        #expect(wide.judge(address("10.0.0.255:20000")) == .allowed)
        #expect(wide.judge(address("10.0.1.0:20000")) == .notNamed)
        #expect(wide.judge(address("[fd00::ffff:1]:20000")) == .allowed)
        #expect(wide.judge(address("[fd00:0:0:1::1]:20000")) == .notNamed)
        for rule in ["0.0.0.0/0:20000", "[::/0]:20000", "64.0.0.0/2:1", "[2000::/3]:1", "[fe00::/8]:1"] {
            #expect(refusal { _ = try self.policy([rule], wide: true) } != nil, "\(rule)")
        }
        let own = [OwnEndpoint(ip("10.0.0.1"), ports: 49152...65535)]
        #expect(refusal { _ = try self.policy(["10.0.0.0/24:49152"], own: own, wide: true) } != nil)
    }

    @Test func `development opens a loopback address that is named exactly, and no other`() throws {
        let policy = try policy(["127.0.0.1:20000-20499", "[::1]:20000"], development: true)
        #expect(policy.judge(address("127.0.0.1:20000")) == .allowed)
        #expect(policy.judge(ip("127.0.0.1")) == .allowed)
        #expect(policy.judge(address("[::1]:20000")) == .allowed)
        #expect(policy.judge(address("127.0.0.1:22")) == .denied)
        #expect(policy.judge(address("127.0.0.2:20000")) == .denied)
        #expect(policy.judge(ip("127.0.0.2")) == .denied)
        try policy.selfCheck()
        #expect(refusal { _ = try self.policy(["127.0.0.0/8:1"], wide: true, development: true) } != nil)
        #expect(refusal { _ = try self.policy(["169.254.169.254:80"], development: true) } != nil)
    }

    @Test func `without any peer the server does not start`() throws {
        #expect(refusal { _ = try self.policy([]) }?.key == "allow_peers")
        _ = try policy([], local: true)
    }

    @Test func `the self-check passes for sound policies and names what is open`() throws {
        try policy(["10.0.0.2:20000-20499"]).selfCheck(publicAddresses: [ip("203.0.113.1")])
        try policy(["192.168.0.1:20000", "10.0.0.1:1-65535", "[fd00::1]:5"]).selfCheck()
        try PeerPolicy.nothing.selfCheck()
        try policy(["10.0.0.0/24:20000"], wide: true).selfCheck()
        // The public address is open only because somebody named a prefix that has it.
        try policy(["203.0.113.0/24:20000"], wide: true).selfCheck(publicAddresses: [ip("203.0.113.1")])
    }

    @Test(arguments: [
        ("10.0.0.2:20000-20499", "10.0.0.2:20000-20499"), ("[fd00::2]:20000-20499", "[fd00::2]:20000-20499"),
        ("10.0.0.2:20000", "10.0.0.2:20000"), ("10.0.0.2", "10.0.0.2"), ("[fd00::2]", "[fd00::2]"),
        ("10.0.0.0/24:1-65535", "10.0.0.0/24:1-65535"), ("[fd00::/64]:5", "[fd00::/64]:5"),
        ("10.0.0.2/32:5", "10.0.0.2:5"),
    ]) func `rules are read and written`(_ text: String, _ written: String) throws {
        #expect(try AllowedPeer(text).description == written)
    }

    @Test(arguments: [
        "", ":", "10.0.0.2:", "10.0.0.2:0", "10.0.0.2:65536", "10.0.0.2:20-10", "10.0.0.2:1-", "10.0.0.2:-1",
        "10.0.0.2:a",
        "10.0.0.2: 1", "10.0.0:1", "10.0.0.2:1:2", "fd00::2", "fd00::2:20000", "[fd00::2:1", "[fd00::2]1",
        "[10.0.0.2]:1",
        "10.0.0.0/33:1", "10.0.0.0/:1", "10.0.0.1/24:1", "[fd00::1/64]:1", "[fd00::/129]:1", "[::ffff:10.0.0.2]:1",
        "[::10.0.0.2]:1", "[64:ff9b::1]:1", "[2002::1]:1", "sfu.example:20000", "010.0.0.2:1", "10.0.0.2:+5",
        "10.0.0.2:1-2-3",
    ]) func `what is no rule is refused with key, value and what would be right`(_ text: String) {
        let error = refusal { _ = try AllowedPeer(text, key: "sfu_peers") }
        #expect(error?.key == "sfu_peers")
        #expect(error?.value == text)
        #expect(error?.expected.isEmpty == false)
    }

    @Test func `a rule without ports means all of them and is worth a warning`() throws {
        let policy = try policy(["10.0.0.2", "10.0.0.3:5"])
        #expect(policy.judge(address("10.0.0.2:65535")) == .allowed)
        #expect(policy.judge(address("10.0.0.2:1")) == .allowed)
        #expect(policy.warnings.map(\.value) == ["10.0.0.2"])
    }

    @Test func `an error says everything in one sentence`() {
        let error = ConfigurationError(key: "realm", value: "", expected: "a domain")
        #expect("\(error)" == #"realm: "" is refused; expected a domain"#)
    }
}
