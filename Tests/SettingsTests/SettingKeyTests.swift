import Testing

@testable import Settings

@Suite("Names of settings")
struct SettingKeyTests {
    @Test func `a file's key is the flag with underscores, a list's the plural`() {
        #expect(SettingKey.allowPeer.fileKey == "allow_peers")
        #expect(SettingKey.relayAddress.fileKey == "relay_addresses")
        #expect(SettingKey.publicIP.fileKey == "public_ips")
        #expect(SettingKey.maxBitsPerSecond.fileKey == "max_bps")
        #expect(SettingKey.allowPeer.environmentName == "MARTLET_TURN_ALLOW_PEERS")
    }

    @Test func `no name means two settings`() {
        let names =
            SettingKey.allCases.flatMap { Set([$0.fileKey, $0.singularFileKey]) } + OramaAlias.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
    }

    @Test func `a slip of the keyboard is seen, a foreign word is not`() {
        #expect(Suggestion.expectation(forUnknown: "relay_adresses").contains("`relay_addresses`"))
        #expect(!Suggestion.expectation(forUnknown: "colour_scheme").contains("did you mean"))
        #expect(Suggestion.distance("", "abc") == 3)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
    }
}
