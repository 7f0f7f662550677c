import TURN
import Testing
import Wire

@testable import Settings

@Suite("The server's configuration from settings")
struct ServerConfigurationTests {
    @Test func `every limit and switch reaches the server`() throws {
        let settings = try SettingsFixture.sources(
            file: SettingsFixture.minimal.replacingOccurrence("10.0.0.7", "[10.0.0.7, fd00::7]") + """
                max_lifetime: 700
                nonce_lifetime: 60
                max_permissions: 3
                max_channels: 4
                user_quota: 5
                source_quota: 6
                total_quota: 7
                max_bps: 8
                total_max_bps: 9
                stun: off
                dual_allocation: on
                even_port_reservation: on
                rfc5766_channels: on
                strict_expiry: on

                """
        ).turnSettings()
        let made = try settings.serverConfiguration(localAddresses: [])
        #expect(made.realm == "demo")
        #expect(made.ipv4RelayAddress?.description == "10.0.0.7")
        #expect(made.ipv6RelayAddress?.description == "fd00::7")
        #expect(made.maximumLifetimeSeconds == 700)
        #expect(made.nonceLifetimeSeconds == 60)
        #expect(made.maximumPermissions == 3)
        #expect(made.maximumChannels == 4)
        #expect(made.quotas == AllocationQuotas(perUser: 5, perSource: 6, total: 7))
        #expect(made.allocationBitsPerSecond == 8)
        #expect(made.totalBitsPerSecond == 9)
        #expect(!made.answersBinding)
        #expect(made.allowsDualAllocation && made.allowsEvenPortReservation && made.allowsRFC5766Channels)
        #expect(
            made.credentials
                == CredentialPolicy(
                    secrets: [SharedSecret("0123456789abcdef")],
                    namespace: "demo",
                    judgesExpiryAtRefresh: true
                )
        )
        #expect(made.policy.judge(try #require(TransportAddress("10.0.0.2:20000"))) == .allowed)
        #expect(made.policy.judge(try #require(TransportAddress("10.0.0.2:30000"))) == .notNamed)
    }

    @Test func `a listener on every address keeps its port from being a peer`() throws {
        let file = SettingsFixture.minimal.replacingOccurrence("192.0.2.1:3478", "0.0.0.0:20001")
            .replacingOccurrence("10.0.0.2:", "10.0.0.7:")
        let settings = try SettingsFixture.sources(file: file).turnSettings()
        let own = [IPAddress(ipv4: 10, 0, 0, 7)]
        #expect(throws: ConfigurationError.self) { try settings.serverConfiguration(localAddresses: own) }
        #expect(throws: Never.self) { try settings.serverConfiguration(localAddresses: []) }
    }
}

extension String {
    /// The text with the first occurrence of a part exchanged.
    fileprivate func replacingOccurrence(_ part: String, _ other: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
