import TURN
import Testing
import Wire

@testable import Settings

@Suite("Sources of settings")
struct SettingSourcesTests {
    @Test func `a minimal file is complete, and the rest has its defaults`() throws {
        let settings = try SettingsFixture.sources(file: SettingsFixture.minimal).turnSettings()
        #expect(settings.listens.map(\.description) == ["192.0.2.1:3478"])
        #expect(settings.tcpListens.isEmpty)
        #expect(settings.relayAddresses == [IPAddress(ipv4: 10, 0, 0, 7)])
        #expect(settings.relayPorts == 49_152...65_535)
        #expect(settings.realm == "demo")
        #expect(settings.authSecrets == [SharedSecret("0123456789abcdef")])
        #expect(settings.allowPeers == [AllowedPeer(IPAddress(ipv4: 10, 0, 0, 2), ports: 20_000...20_499)])
        #expect(settings.metricsListen?.description == "127.0.0.1:9641")
        #expect(settings.maxLifetime == .seconds(3600))
        #expect(settings.nonceLifetime == .seconds(600))
        #expect(settings.drainAnswer == .quotaReached)
        #expect(settings.stun)
        #expect(!settings.development && !settings.strictExpiry && !settings.rfc5766Channels)
        #expect(settings.shards >= 1)
        #expect(settings.warnings.isEmpty)
    }

    @Test func `a flag wins over the environment, and the environment over the file`() throws {
        let file = SettingsFixture.minimal + "realm: from-file\nmax_channels: 3\nmax_permissions: 4\n"
        let environment = ["MARTLET_TURN_REALM": "from-environment", "MARTLET_TURN_MAX_CHANNELS": "5"]
        let settings = try SettingsFixture.sources(
            file: file,
            flags: [(.realm, ["from-flag"])],
            environment: environment
        ).turnSettings()
        #expect(settings.realm == "from-flag")
        #expect(settings.maxChannels == 5)
        #expect(settings.maxPermissions == 4)
    }

    @Test func `a list of a stronger source replaces the whole list`() throws {
        let settings = try SettingsFixture.sources(
            file: SettingsFixture.minimal,
            environment: ["MARTLET_TURN_ALLOW_PEERS": "10.0.0.3:1-2, 10.0.0.4:3-4"]
        ).turnSettings()
        #expect(settings.allowPeers.map(\.description) == ["10.0.0.3:1-2", "10.0.0.4:3-4"])
    }

    @Test func `an empty variable counts as not set`() throws {
        let settings = try SettingsFixture.sources(
            file: SettingsFixture.minimal,
            environment: ["MARTLET_TURN_REALM": ""]
        ).turnSettings()
        #expect(settings.realm == "demo")
    }

    @Test func `a variable can name the file, and the command line wins over it`() {
        let environment = ["MARTLET_TURN_CONFIG": "/a"]
        #expect(SettingSources(environment: environment).configPath == "/a")
        #expect(SettingSources(configPath: "/b", environment: environment).configPath == "/b")
    }

    @Test func `a flag that is negated overrides the file`() throws {
        let settings = try SettingsFixture.sources(
            file: SettingsFixture.minimal + "strict_expiry: yes\n",
            flags: [(.strictExpiry, ["false"])]
        ).turnSettings()
        #expect(!settings.strictExpiry)
    }

    @Test func `a list's key may be singular and hold one value`() throws {
        let settings = try SettingsFixture.sources(
            file: SettingsFixture.minimal + "public_ip: 198.51.100.7\n"
        ).turnSettings()
        #expect(settings.publicIPs == [IPAddress(ipv4: 198, 51, 100, 7)])
    }

    @Test func `development needs no address and listens on loopback`() throws {
        let settings = try SettingsFixture.sources(
            flags: [(.development, ["true"]), (.user, ["a:b"]), (.allowPeer, ["127.0.0.1:3480"])]
        ).turnSettings()
        #expect(settings.relayAddresses == [.loopback])
        #expect(settings.listens.map(\.description) == ["127.0.0.1:3478"])
        #expect(settings.tcpListens.map(\.description) == ["127.0.0.1:3478"])
        #expect(settings.namespace == "development")
        #expect(settings.users == [StaticUser(name: "a", password: "b")])
    }

    @Test func `secrets come from a file as well, one per line`() throws {
        let settings = try SettingsFixture.sources(
            file: SettingsFixture.minimal + "auth_secret_file: /run/secret\n",
            files: ["/run/secret": "fedcba9876543210\r\n\n  0123456789abcdef \n"]
        ).turnSettings()
        #expect(settings.authSecrets == [SharedSecret("0123456789abcdef"), SharedSecret("fedcba9876543210")])
    }

    @Test func `values are taken as they are written, whatever YAML would make of them`() throws {
        let settings = try SettingsFixture.sources(
            file: SettingsFixture.minimal.replacing("[0123456789abcdef]", with: "[0x10, 1_000, on]")
        ).turnSettings()
        #expect(settings.authSecrets == ["0x10", "1_000", "on"].map(SharedSecret.init))
    }

    @Test func `what only the server can judge is added to the errors`() {
        #expect(throws: SettingErrors.self) {
            try SettingsFixture.sources(file: SettingsFixture.minimal).turnSettings { settings in
                [
                    SettingError(
                        key: "allow_peers",
                        value: "\(settings.allowPeers[0])",
                        expectation: "no such peer"
                    )
                ]
            }
        }
    }

    @Test func `a secret shows nowhere`() throws {
        let settings = try SettingsFixture.sources(file: SettingsFixture.minimal + "users: anna:swordfish\n")
            .turnSettings()
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped, "\(settings.summary)"] {
            #expect(!text.contains("0123456789abcdef"))
            #expect(!text.contains("swordfish"))
        }
    }
}
