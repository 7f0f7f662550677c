import Testing
import Wire

@testable import DTLSSRTP

@Suite("Negotiation")
struct NegotiationTests {
    /// Runs a handshake and returns what both sides made of it.
    private func outcome(
        _ network: consuming Network,
        for interval: TimeInterval = .seconds(30)
    ) -> (client: Peer.View, server: Peer.View) {
        network.connect(within: interval)
        network.run(for: .milliseconds(200))
        return (network.client.view, network.server.view)
    }

    static let identities = [Fixtures.serverIdentity, TestIdentities.rsa, TestIdentities.p384]

    @Test(arguments: CipherSuite.allCases, [0, 1, 2])
    func `every suite works with every certificate that can have it`(suite: CipherSuite, identity: Int) throws {
        let identity = Self.identities[identity]
        guard suite.authentication == nil || suite.authentication == identity.key.kind else { return }
        let result = outcome(
            try Fixtures.network(clientIdentity: identity, serverIdentity: identity) { $0.cipherSuites = [suite] }
        )
        #expect(result.client.summary?.cipherSuite == suite)
        #expect(result.client.summary?.version == suite.version)
        #expect(result.client.keys != nil)
        #expect(result.client.keys == result.server.keys)
    }

    @Test(arguments: NamedGroup.allCases, ProtocolVersion.allCases)
    func `every group works, with and without a share for it`(group: NamedGroup, version: ProtocolVersion) throws {
        guard version == .dtls13 || group.isElliptic else { return }
        for shares in [[group], []] {
            let result = outcome(
                try Fixtures.network([version]) {
                    $0.groups = [group]
                    $0.keyShareGroups = shares
                }
            )
            #expect(result.client.summary?.group == group)
            #expect(result.server.summary?.group == group)
            #expect(result.client.keys != nil)
            #expect(result.client.keys == result.server.keys)
        }
    }

    @Test(arguments: SRTPProtectionProfile.allCases)
    func `every profile yields keys of its length`(profile: SRTPProtectionProfile) throws {
        for version in ProtocolVersion.allCases {
            let result = outcome(try Fixtures.network([version]) { $0.srtpProfiles = [profile] })
            let client = try #require(result.client.summary?.srtpKeyingMaterial)
            let server = try #require(result.server.summary?.srtpKeyingMaterial)
            #expect(client.profile == profile)
            #expect(result.client.keys == result.server.keys)
            let clientKey = client.withClientKey { key, salt in key.array() + salt.array() }
            let serverKey = server.withServerKey { key, salt in key.array() + salt.array() }
            #expect(clientKey.count == profile.keyLength + profile.saltLength)
            #expect(clientKey == server.withClientKey { key, salt in key.array() + salt.array() })
            #expect(serverKey == client.withServerKey { key, salt in key.array() + salt.array() })
            #expect(clientKey != serverKey)
        }
    }

    @Test func `our order of profiles decides`() throws {
        var client = try Fixtures.client { $0.srtpProfiles = [.aes128CMHMACSHA1Tag80, .aeadAES256GCM] }
        var server = try Fixtures.server()
        client.connection.expect(fingerprints: [Fixtures.serverIdentity.fingerprint()])
        server.connection.expect(fingerprints: [Fixtures.clientIdentity.fingerprint()])
        let result = outcome(Network(client: client, server: server))
        #expect(result.server.summary?.srtpKeyingMaterial?.profile == .aeadAES256GCM)
    }

    @Test func `each side falls back to the version that the other has`() throws {
        for (ours, theirs) in [
            ([ProtocolVersion.dtls12], ProtocolVersion.allCases), (ProtocolVersion.allCases, [.dtls12]),
        ] {
            var client = try Fixtures.client(Set(ours))
            var server = try Fixtures.server(Set(theirs))
            client.connection.expect(fingerprints: [Fixtures.serverIdentity.fingerprint()])
            server.connection.expect(fingerprints: [Fixtures.clientIdentity.fingerprint()])
            let result = outcome(Network(client: client, server: server))
            #expect(result.client.summary?.version == .dtls12)
            #expect(result.client.keys == result.server.keys)
        }
    }

    @Test func `a server that hides that it speaks 1.3 is found out`() throws {
        // The attacker strips supported_versions, so the server believes in a client of 1.2 and leaves its mark.
        var server = try Fixtures.server()
        var plain = try Fixtures.client([.dtls12])
        for datagram in plain.transmits() { server.receive(datagram, at: .zero) }
        var client = try Fixtures.client()
        _ = client.transmits()
        for datagram in server.transmits() { client.receive(datagram, at: .zero) }
        let error = client.error
        #expect(error == .downgrade)
    }

    @Test func `without a common version, suite, group or profile there is no connection`() throws {
        let changes: [(DTLSError, (inout Configuration) -> Void)] = [
            (.unsupportedVersion(legacyVersion: 0xFEFD), { $0.versions = [.dtls13] }),
            (.noCommonCipherSuite, { $0.cipherSuites = [.ecdheECDSAWithChaCha20Poly1305] }),
            (.noCommonGroup, { $0.groups = [.secp384r1] }),
            (.noCommonSRTPProfile, { $0.srtpProfiles = [.aeadAES256GCM] }),
        ]
        for (expected, change) in changes {
            let client = try Fixtures.client([.dtls12]) {
                $0.cipherSuites = [.ecdheECDSAWithAES128GCM]
                $0.groups = [.x25519]
                $0.srtpProfiles = [.aes128CMHMACSHA1Tag80]
            }
            var server = try Fixtures.server { change(&$0) }
            server.connection.expect(fingerprints: [Fixtures.clientIdentity.fingerprint()])
            let result = outcome(Network(client: client, server: server), for: .seconds(40))
            #expect(result.server.error == expected)
            #expect(result.client.summary == nil)
        }
    }

    @Test func `a peer without use_srtp is refused by media`() throws {
        for version in ProtocolVersion.allCases {
            let client = try Fixtures.client([version]) { $0.srtpProfiles = [] }
            let server = try Fixtures.server([version])
            let result = outcome(Network(client: client, server: server), for: .seconds(1))
            #expect(result.server.error == .missingSRTPExtension)
        }
    }

    @Test func `a client without a certificate is refused by media`() throws {
        for version in ProtocolVersion.allCases {
            let client = try Fixtures.client([version]) {
                $0.identity = nil
                $0.peerAuthentication = .none
            }
            var server = try Fixtures.server([version])
            server.connection.expect(fingerprints: [Fixtures.clientIdentity.fingerprint()])
            let result = outcome(Network(client: client, server: server), for: .seconds(1))
            #expect(result.server.error == .missingCertificate)
            #expect(result.server.summary == nil)
        }
    }

    // MARK: Fingerprints

    @Test(arguments: ProtocolVersion.allCases)
    func `a certificate that signaling did not announce ends the handshake`(version: ProtocolVersion) throws {
        for isClientWrong in [true, false] {
            var client = try Fixtures.client([version])
            var server = try Fixtures.server([version])
            let wrong = TestIdentities.p384.fingerprint()
            client.connection.expect(fingerprints: [isClientWrong ? Fixtures.serverIdentity.fingerprint() : wrong])
            server.connection.expect(fingerprints: [isClientWrong ? wrong : Fixtures.clientIdentity.fingerprint()])
            let result = outcome(Network(client: client, server: server), for: .seconds(1))
            let judge = isClientWrong ? result.server : result.client
            #expect(judge.error == .fingerprintMismatch)
            #expect(judge.summary == nil)
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a fingerprint that comes after the handshake releases or ends the connection`(
        version: ProtocolVersion
    ) throws {
        var client = try Fixtures.client([version])
        client.connection.expect(
            fingerprints: [TestIdentities.p384.fingerprint(), Fixtures.serverIdentity.fingerprint(.sha512)])
        var network = Network(client: client, server: try Fixtures.server([version]))
        network.run(for: .seconds(1))
        try network.client.send([1, 2, 3], at: network.now)
        network.run(for: .seconds(1))
        let before = network.server.view
        #expect(before.summary == nil)
        #expect(before.received.isEmpty)
        #expect(before.error == nil)
        network.server.connection.expect(fingerprints: [Fixtures.clientIdentity.fingerprint(.sha384)])
        network.server.drainEvents()
        let after = network.server.view
        #expect(after.keys == network.client.view.keys)
        #expect(after.keys != nil)
        #expect(after.received == [[1, 2, 3]])

        var other = Network(client: try Fixtures.client([version]), server: try Fixtures.server([version]))
        other.client.connection.expect(fingerprints: [Fixtures.serverIdentity.fingerprint()])
        other.run(for: .seconds(1))
        other.server.connection.expect(fingerprints: [TestIdentities.rsa.fingerprint()])
        other.server.drainEvents()
        #expect(other.server.view.error == .fingerprintMismatch)
        #expect(other.server.view.summary == nil)
    }
}
