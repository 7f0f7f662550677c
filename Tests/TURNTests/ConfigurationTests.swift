import STUN
import TURN
import Testing
import Wire

@Suite("Configuration")
struct ConfigurationTests {
    private func key(_ change: (inout Configuration) -> Void) throws -> String? {
        var configuration = try Lab.configuration()
        change(&configuration)
        do throws(ConfigurationError) {
            try configuration.validate()
            return nil
        } catch { return error.key }
    }

    @Test func `settings that no server can follow are refused with their key`() throws {
        #expect(try key { _ in } == nil)
        #expect(try key { $0.realm = "" } == "realm")
        #expect(try key { $0.realm = String(repeating: "a", count: 128) } == "realm")
        #expect(try key { $0.realm = "a\u{7}" } == "realm")
        #expect(try key { $0.ipv4RelayAddress = nil } == "relay_addresses")
        #expect(try key { $0.ipv4RelayAddress = ip("0.0.0.0") } == "relay_addresses")
        #expect(try key { $0.ipv4RelayAddress = ip("fd00::1") } == "relay_addresses")
        #expect(try key { $0.ipv6RelayAddress = ip("::") } == "relay_addresses")
        #expect(try key { $0.credentials.secrets = [] } == "auth_secrets")
        #expect(try key { $0.credentials.staticUsers = [StaticUser(name: "a\n", password: "b")] } == "static_users")
        #expect(try key { $0.maximumLifetimeSeconds = 3601 } == "max_lifetime")
        #expect(try key { $0.maximumLifetimeSeconds = 599 } == "max_lifetime")
        #expect(try key { $0.defaultLifetimeSeconds = 0 } == "default_lifetime")
        #expect(try key { $0.nonceLifetimeSeconds = 3601 } == "nonce_lifetime")
        #expect(try key { $0.reservationLifetimeSeconds = 29 } == "reservation_lifetime")
        #expect(try key { $0.maximumPermissions = 0 } == "max_permissions")
        #expect(try key { $0.maximumChannels = 2000 } == "max_channels")
        #expect(try key { $0.software = String(repeating: "a", count: 128) } == "software")
    }

    @Test func `what the RFCs make optional is off unless asked for`() throws {
        let configuration = try Lab.configuration()
        #expect(!configuration.allowsDualAllocation)
        #expect(!configuration.allowsEvenPortReservation)
        #expect(!configuration.allowsRFC5766Channels)
        #expect(configuration.quotas == AllocationQuotas(perUser: 0, perSource: 0, total: 0))
    }

    @Test func `counters of shards add up and know their codes`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab)
        try client.permit(lab, "8.8.8.8:1")
        var sum = lab.counters
        sum += lab.counters
        #expect(sum.allocationsCreated == 2)
        #expect(sum[ErrorCode.unauthenticated] == 2)
        #expect(sum[ErrorCode.forbidden] == 2)
        #expect(sum[ErrorCode.roleConflict] == 0)
        #expect(DropReason.allCases.count <= 16)
        #expect(Counters.errorCodes.count <= 16)
    }
}
