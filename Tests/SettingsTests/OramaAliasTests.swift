import TURN
import Testing
import Wire

@testable import Settings

@Suite("Keys of Orama's TURN files")
struct OramaAliasTests {
    /// What such a file does not say.
    static let additions = "relay_addresses: 10.0.0.7\nallow_peers: 10.0.0.2:20000-20499\n"

    @Test func `an early file has two plain UDP listeners`() throws {
        let settings = try SettingsFixture.sources(
            file: """
                listen_addr: "0.0.0.0:3478"
                tls_listen_addr: "0.0.0.0:443"
                public_ip: "198.51.100.7"
                realm: "example.org"
                auth_secret: "c2VjcmV0IG9mIHRoaXJ0eSB0d28gYnl0ZXMgb2YgcmFuZG9t"
                relay_port_start: 49152
                relay_port_end: 49951
                namespace: "demo"

                """ + Self.additions
        ).turnSettings()
        #expect(settings.listens.map(\.description) == ["0.0.0.0:3478", "0.0.0.0:443"])
        #expect(settings.tlsListens.isEmpty && settings.tcpListens.isEmpty)
        #expect(settings.publicIPs.map(\.description) == ["198.51.100.7"])
        #expect(settings.realm == "example.org")
        #expect(settings.authSecrets == [SharedSecret("c2VjcmV0IG9mIHRoaXJ0eSB0d28gYnl0ZXMgb2YgcmFuZG9t")])
        #expect(settings.relayPorts == 49_152...49_951)
        #expect(settings.namespace == "demo")
    }

    @Test("a TLS listener with a certificate is one", arguments: ["turns_listen_addr", "tls_listen_addr"])
    func tls(key: String) throws {
        let settings = try SettingsFixture.sources(
            file: """
                listen_addr: 0.0.0.0:3478
                \(key): 0.0.0.0:5349
                tls_cert_path: /chain
                tls_key_path: /key
                auth_secret: 0123456789abcdef
                namespace: demo

                """ + Self.additions,
            files: ["/key": "-----BEGIN EC PRIVATE KEY-----", "/chain": "-----BEGIN CERTIFICATE-----"]
        ).turnSettings()
        #expect(settings.listens.map(\.description) == ["0.0.0.0:3478"])
        #expect(settings.tlsListens.map(\.description) == ["0.0.0.0:5349"])
        #expect(settings.certificate == TURNSettings.Certificate(chainPath: "/chain", keyPath: "/key"))
    }

    @Test func `turns_listen_addr without a certificate is an error`() {
        let errors = SettingsFixture.errors(file: SettingsFixture.minimal + "turns_listen_addr: 0.0.0.0:5349\n")
        #expect(errors.count == 2)
    }
}
