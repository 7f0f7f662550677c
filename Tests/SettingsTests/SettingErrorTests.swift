import Testing

@testable import Settings

@Suite("Errors of a configuration")
struct SettingErrorTests {
    /// One line added to a right file, and the one error that must come of it.
    static let badLines: [(line: String, error: String)] = [
        ("tcp_listens: 3478", "tcp_listens: \"3478\": expected ADDRESS:PORT"),
        ("tcp_listens: 192.0.2.1", "\"192.0.2.1\": expected ADDRESS:PORT"),
        ("tcp_listens: 192.0.2.1:0", "expected ADDRESS:PORT"),
        ("tcp_listens: 192.0.2.1:65536", "expected ADDRESS:PORT"),
        ("tcp_listens: 192.0.2.256:1", "expected ADDRESS:PORT"),
        ("tcp_listens: 224.0.0.1:3478", "expected ADDRESS:PORT"),
        ("tcp_listens: localhost:3478", "expected ADDRESS:PORT"),
        ("tcp_listens: [192.0.2.1:1, 192.0.2.1:1]", "expected each value once"),
        ("relay_ports: 50000", ""),
        ("relay_ports: 80-90", "relay_ports: \"80-90\": expected MIN-MAX"),
        ("relay_ports: 60000-50000", "expected MIN-MAX"),
        ("relay_ports: 50000-70000", "expected MIN-MAX"),
        ("relay_ports: 50000-", "expected MIN-MAX"),
        ("relay_ports: 3000-4000", ""),
        ("realm: \"\"", "realm: \"\": expected 1 to 127 characters"),
        ("realm:", "realm: expected a value, or no such line"),
        ("realm: [a]", "realm: expected one value, not a list"),
        ("realm: {a: b}", "realm: expected one value"),
        ("users: {a: b}", "users: expected a list of values"),
        ("users: anna", "users: expected NAME:PASSWORD"),
        ("users: [\"anna:a\", \"anna:b\"]", "users: expected each user name once"),
        ("public_ip: example.org", "public_ip: \"example.org\": expected an IP address"),
        ("shards: 0", "shards: \"0\": expected a whole number from 1 to 256"),
        ("shards: two", "expected a whole number"),
        ("shards: 1.5", "expected a whole number"),
        ("user_quota: -1", "user_quota: \"-1\": expected a whole number from 0"),
        ("max_bps: 99999999999999999999", "max_bps: \"99999999999999999999\": expected a whole number"),
        ("max_lifetime: 7200", "expected a whole number from 600 to 3600"),
        ("nonce_lifetime: 7200", "expected a whole number from 30 to 3600"),
        ("stun: maybe", "stun: \"maybe\": expected on or off"),
        ("strict_expiry: 2", "strict_expiry: \"2\": expected true or false"),
        ("log_level: loud", "log_level: \"loud\": expected one of trace, debug"),
        ("log_format: xml", "expected one of text, json"),
        ("metrics_listen: 0.0.0.0:9641", "expected a loopback address, or --metrics-public"),
        ("drain_answer: 500", "expected 486 or 300"),
        ("drain_answer: 300", "alternate_server: missing: expected ADDRESS:PORT"),
        ("alternate_server: 192.0.2.9:3478", "expected drain_answer 300"),
        ("auth_secret_file: /nowhere", "(no such file or directory)"),
        ("auth_secret_file: /empty", "(it is empty)"),
        ("tls_listens: 192.0.2.1:443\ntls_certificate: /nowhere\ntls_key: /key", "expected a readable PEM file"),
        ("tls_listens: 192.0.2.1:443\ntls_certificate: /key\ntls_key: /key", "-----BEGIN CERTIFICATE-----"),
        (
            "tcp_listens: 192.0.2.1:443\ntls_listens: 192.0.2.1:443\ntls_certificate: /chain\ntls_key: /key",
            "than tcp_listens has"
        ),
        ("tenants: []", "tenants: expected one namespace per process"),
        ("relm: x", "relm: expected a known key; did you mean `realm`?"),
        ("colour: red", "colour: expected a known key (see"),
        ("namespace: other", "valid YAML: the key `namespace` stands there twice"),
        ("relay_port_start: 50000", "relay_port_end: missing: expected the last relay port"),
        ("relay_port_end: 50000", "relay_port_start: missing: expected the first relay port"),
        ("relay_port_start: 50000\nrelay_port_end: 40000", "\"50000-40000\": expected MIN-MAX"),
        ("relay_ports: 50000-50999\nrelay_port_start: 50000\nrelay_port_end: 50999", "gives it already"),
    ]

    @Test("a bad line gives one error that says where, what and what else", arguments: badLines)
    func badLine(line: String, error: String) {
        let errors = SettingsFixture.errors(
            file: SettingsFixture.minimal + line + "\n",
            files: ["/empty": "\n \n", "/key": "-----BEGIN PRIVATE KEY-----", "/chain": "-----BEGIN CERTIFICATE-----"]
        )
        if error.isEmpty {
            #expect(errors.isEmpty)
        } else {
            #expect(errors.count == 1, "\(errors)")
            #expect(errors.first?.contains(error) == true, "\(errors)")
        }
    }

    /// A right file without one of its lines, or with another in its place.
    static let badFiles: [(key: String, replacement: String, error: String)] = [
        ("relay_addresses", "", "relay_addresses: missing: expected the address"),
        ("relay_addresses", "relay_addresses: 0.0.0.0", "expected one address of this machine"),
        ("relay_addresses", "relay_addresses: 169.254.1.1", "expected one address of this machine"),
        ("relay_addresses", "relay_addresses: 127.0.0.1", "or --development"),
        ("relay_addresses", "relay_addresses: [10.0.0.7, 10.0.0.8]", "expected one address per family"),
        ("relay_addresses", "relay_addresses: fd00::7", "expected a family that relay_addresses has"),
        ("namespace", "", "namespace: missing"),
        ("namespace", "namespace: a:b", "namespace: \"a:b\": expected 1 to 64 letters"),
        ("auth_secrets", "", "auth_secrets: missing: expected auth_secrets, auth_secret_file or users"),
        ("auth_secrets", "auth_secrets: \"\"", "auth_secrets: expected a secret that is not empty"),
        ("allow_peers", "", "allow_peers: missing"),
        ("allow_peers", "allow_peers: []", "allow_peers: missing"),
        ("allow_peers", "allow_peers: 10.0.0.0/24:1-2", "expected a single address, or --allow-wide-prefix"),
        ("allow_peers", "allow_peers: 10.0.0.2:2-1", "10.0.0.2:2-1\": expected the lower port first"),
        ("allow_peers", "allow_peers: 10.0.0.2:0", "expected ports from 1 to 65535"),
        ("allow_peers", "allow_peers: 10.0.0.1/24:5", "expected the first address of the prefix"),
        ("allow_peers", "allow_peers: sfu.example.org:5", "expected an address and ports"),
        ("allow_peers", "allow_peers: 127.0.0.1:5", "a peer that is not a loopback address"),
        ("allow_peers", "allow_peers: 169.254.169.254:80", "a peer that is not a link-local address"),
        ("allow_peers", "allow_peers: 192.0.2.1:3478", "a peer that is not our own address 192.0.2.1"),
        ("listens", "listens: 10.0.0.7:50000", "expected a port outside relay_ports"),
    ]

    @Test("a file with a wrong or missing line gives one error", arguments: badFiles)
    func badFile(key: String, replacement: String, error: String) {
        let lines = SettingsFixture.minimal.split(separator: "\n").map {
            $0.hasPrefix(key + ":") ? replacement : String($0)
        }
        let errors = SettingsFixture.errors(file: lines.joined(separator: "\n"))
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.contains(error) == true, "\(errors)")
    }

    @Test func `an error names file, line, key, value and what would be right`() {
        let errors = SettingsFixture.errors(file: SettingsFixture.minimal + "\nshards: many\n")
        #expect(errors == ["/etc/martlet/demo/turn.yaml:7: shards: \"many\": expected a whole number from 1 to 256"])
    }

    @Test func `every error of every source is told at once`() {
        let errors = SettingsFixture.errors(
            file: "listens: nowhere\nshards: 0\ncolour: red\n",
            flags: [(.maxChannels, ["none"])],
            environment: ["MARTLET_TURN_STUN": "perhaps", "MARTLET_TURN_RELM": "x"]
        )
        for part in [
            "turn.yaml:1: listens", "turn.yaml:2: shards", "turn.yaml:3: colour", "--max-channels: \"none\"",
            "MARTLET_TURN_STUN: \"perhaps\"", "MARTLET_TURN_RELM: expected a known key", "relay_addresses: missing",
            "namespace: missing", "auth_secrets: missing", "allow_peers: missing",
        ] {
            #expect(errors.contains { $0.contains(part) }, "\(part) in \(errors)")
        }
        #expect(errors.count == 10)
    }

    @Test func `no error shows a secret`() {
        let file = SettingsFixture.minimal + "users: swordfish\nauth_secrets : [swordfish\n"
        let broken =
            SettingsFixture.errors(file: file) + SettingsFixture.errors(flags: [(.user, ["swordfish"])])
            + SettingsFixture.errors(flags: [(.authSecret, ["swordfish", "swordfish"])])
        #expect(broken.count > 3)
        #expect(!broken.contains { $0.contains("swordfish") })
    }

    @Test("text that is no mapping is refused", arguments: ["- a", "just words", "a: [", "a: b: c", "\tx: y", "a: *b"])
    func noMapping(text: String) {
        #expect(SettingsFixture.errors(file: text).contains { $0.contains("turn.yaml") })
    }

    @Test func `an empty file is a file without settings`() {
        #expect(!SettingsFixture.errors(file: "# nothing\n").contains { $0.contains("turn.yaml") })
    }

    @Test func `a file that cannot be read is the one error, not all that it would have held`() {
        var sources = SettingsFixture.sources(file: SettingsFixture.minimal)
        sources.configPath = "/nowhere"
        let errors = #expect(throws: SettingErrors.self) { try sources.turnSettings() }?.errors
        #expect(
            errors?.map(\.description) == [
                "--config: \"/nowhere\": expected a readable YAML file (no such file or directory)"
            ]
        )
    }

    @Test func `TLS without a certificate names both files`() {
        let errors = SettingsFixture.errors(file: SettingsFixture.minimal + "tls_listens: 192.0.2.1:443\n")
        #expect(errors.count == 2)
        #expect(errors.contains { $0.hasPrefix("tls_certificate: missing") })
        #expect(errors.contains { $0.hasPrefix("tls_key: missing") })
    }
}
