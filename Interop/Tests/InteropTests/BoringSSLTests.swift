import DTLSSRTP
import Testing
import Wire

@Suite("BoringSSL", .serialized)
struct BoringSSLTests {
    private func lab(
        _ role: Configuration.Role,
        _ version: ProtocolVersion,
        ourKey: TestKey = .p256,
        theirKey: TestKey = .p256,
        lossPercent: Int = 0,
        seed: UInt64 = 1,
        ours change: (inout Configuration) -> Void = { _ in },
        theirs adjust: (inout BoringPeer.Options) -> Void = { _ in }
    ) throws -> Lab {
        var options = BoringPeer.Options()
        options.isServer = role == .client
        options.version = version
        options.key = theirKey
        adjust(&options)
        var configuration = Configuration.media(role: role, identity: ourKey.identity)
        change(&configuration)
        let theirs = try #require(BoringPeer(options))
        var lab = try Lab(configuration, theirs, lossPercent: lossPercent, seed: seed)
        lab.ours.expect(fingerprints: [theirKey.fingerprint])
        return lab
    }

    private func expectAgreement(_ lab: borrowing Lab, sourceLocation: SourceLocation = #_sourceLocation) {
        let result = lab.result
        let theirs = lab.theirs
        #expect(result.error == nil, sourceLocation: sourceLocation)
        // Copied first: a failed expectation would describe the peer with all its pointers.
        let (theirError, isConnected) = (theirs.error, theirs.isConnected)
        #expect(theirError == nil, sourceLocation: sourceLocation)
        guard isConnected else {
            Issue.record("BoringSSL is not connected", sourceLocation: sourceLocation)
            return
        }
        let (version, suite, group, profile) = (theirs.version, theirs.cipherSuite, theirs.group, theirs.srtpProfile)
        #expect(result.summary?.version.rawValue == version, sourceLocation: sourceLocation)
        #expect(result.summary?.cipherSuite.rawValue == suite, sourceLocation: sourceLocation)
        #expect(result.summary?.group.rawValue == group, sourceLocation: sourceLocation)
        guard let material = result.summary?.srtpKeyingMaterial, let keys = result.keys else {
            Issue.record("there are no keys", sourceLocation: sourceLocation)
            return
        }
        let exported = theirs.export(length: keys.count)
        #expect(material.profile.rawValue == profile, sourceLocation: sourceLocation)
        #expect(keys == exported, sourceLocation: sourceLocation)
    }

    static let roles: [Configuration.Role] = [.client, .server]

    @Test(arguments: roles, ProtocolVersion.allCases)
    func `both roles and versions agree, exported keys included, and data flows`(
        role: Configuration.Role,
        version: ProtocolVersion
    ) throws {
        var lab = try lab(role, version)
        lab.connect()
        lab.run(for: .milliseconds(100))
        expectAgreement(lab)
        try lab.ours.sendApplicationData([1, 2, 3].rawSpan, at: lab.now)
        let isSent = lab.theirs.send([4, 5])
        #expect(isSent)
        lab.run(for: .milliseconds(100))
        let theirData = lab.theirs.received
        #expect(theirData == [[1, 2, 3]])
        let received = lab.result.received
        #expect(received == [[4, 5]])
        if version == .dtls13 {
            let group = lab.result.summary?.group
            #expect(group == .x25519MLKEM768)
        }
    }

    @Test(arguments: roles, NamedGroup.allCases)
    func `every group works, by HelloRetryRequest too`(role: Configuration.Role, group: NamedGroup) throws {
        for version in ProtocolVersion.allCases where version == .dtls13 || group != .x25519MLKEM768 {
            // With RSA, since 1.2 wants the curve of an ECDSA certificate among the groups.
            var direct = try lab(role, version, ourKey: .rsa, theirKey: .rsa, ours: { $0.groups = [group] })
            direct.connect()
            expectAgreement(direct)
            var retried = try lab(
                role,
                version,
                ourKey: .rsa,
                theirKey: .rsa,
                ours: { $0.keyShareGroups = [] },
                theirs: { $0.groups = [group] }
            )
            retried.connect()
            expectAgreement(retried)
        }
    }

    @Test(arguments: roles, CipherSuite.allCases)
    func `every suite works with its kind of certificate`(role: Configuration.Role, suite: CipherSuite) throws {
        let names: [CipherSuite: (String, TestKey)] = [
            .ecdheECDSAWithAES128GCM: ("ECDHE-ECDSA-AES128-GCM-SHA256", .p256),
            .ecdheECDSAWithAES256GCM: ("ECDHE-ECDSA-AES256-GCM-SHA384", .p256),
            .ecdheECDSAWithChaCha20Poly1305: ("ECDHE-ECDSA-CHACHA20-POLY1305", .p256),
            .ecdheRSAWithAES128GCM: ("ECDHE-RSA-AES128-GCM-SHA256", .rsa),
            .ecdheRSAWithAES256GCM: ("ECDHE-RSA-AES256-GCM-SHA384", .rsa),
            .ecdheRSAWithChaCha20Poly1305: ("ECDHE-RSA-CHACHA20-POLY1305", .rsa),
        ]
        let (list, key) = names[suite].map { ($0.0 as String?, $0.1) } ?? (nil, .p256)
        var lab = try lab(
            role,
            suite.version,
            ourKey: key,
            theirKey: key,
            ours: { $0.cipherSuites = [suite] },
            theirs: { $0.cipherList = list }
        )
        lab.connect()
        expectAgreement(lab)
        let chosen = lab.result.summary?.cipherSuite
        #expect(chosen == suite)
    }

    @Test(arguments: roles, ProtocolVersion.allCases)
    func `RSA certificates work on both sides`(role: Configuration.Role, version: ProtocolVersion) throws {
        var lab = try lab(role, version, ourKey: .rsa, theirKey: .rsa)
        lab.connect()
        expectAgreement(lab)
    }

    @Test(arguments: roles, ProtocolVersion.allCases)
    func `small datagrams work`(role: Configuration.Role, version: ProtocolVersion) throws {
        var lab = try lab(
            role,
            version,
            ours: { $0.maximumDatagramSize = 300 },
            theirs: { $0.datagramSize = 300 }
        )
        lab.connect()
        expectAgreement(lab)
    }

    @Test(
        arguments: roles,
        [
            ("SRTP_AES128_CM_SHA1_80", SRTPProtectionProfile.aes128CMHMACSHA1Tag80),
            ("SRTP_AEAD_AES_256_GCM", .aeadAES256GCM),
        ]
    )
    func `profiles with other lengths export the same keys`(
        role: Configuration.Role,
        profile: (String, SRTPProtectionProfile)
    ) throws {
        for version in ProtocolVersion.allCases {
            var lab = try lab(role, version, theirs: { $0.srtpProfiles = profile.0 })
            lab.connect()
            expectAgreement(lab)
            let chosen = lab.result.summary?.srtpKeyingMaterial?.profile
            #expect(chosen == profile.1)
        }
    }

    @Test(arguments: roles, ProtocolVersion.allCases)
    func `lost and reordered datagrams are made good`(role: Configuration.Role, version: ProtocolVersion) throws {
        for seed in 0..<30 as Range<UInt64> {
            var lab = try lab(role, version, lossPercent: seed % 2 == 0 ? 10 : 30, seed: seed)
            lab.connect()
            expectAgreement(lab)
        }
    }

    @Test(arguments: roles)
    func `either side may renew the keys`(role: Configuration.Role) throws {
        var lab = try lab(role, .dtls13)
        lab.connect()
        lab.run(for: .seconds(1))
        for round in 0..<6 {
            if round % 2 == 0 {
                try lab.ours.requestKeyUpdate(at: lab.now)
            } else {
                let isRequested = lab.theirs.requestKeyUpdate()
                #expect(isRequested)
                _ = lab.theirs.send([0])
            }
            lab.run(for: .seconds(1))
            try lab.ours.sendApplicationData([UInt8(round)].rawSpan, at: lab.now)
            _ = lab.theirs.send([UInt8(round)])
            lab.run(for: .seconds(1))
            let theirLast = lab.theirs.received.last
            #expect(theirLast == [UInt8(round)])
            let received = lab.result.received.last
            #expect(received == [UInt8(round)])
            let error = lab.result.error
            #expect(error == nil)
        }
    }

    @Test(arguments: roles, ProtocolVersion.allCases)
    func `a close_notify is understood both ways`(role: Configuration.Role, version: ProtocolVersion) throws {
        var ours = try lab(role, version)
        ours.connect()
        ours.run(for: .seconds(1))
        ours.ours.close(at: ours.now)
        ours.run(for: .seconds(1))
        let theyClosed = ours.theirs.isClosed
        #expect(theyClosed)
        var theirs = try lab(role, version)
        theirs.connect()
        theirs.run(for: .seconds(1))
        theirs.theirs.close()
        theirs.run(for: .seconds(1))
        let isClosed = theirs.result.isClosed
        #expect(isClosed)
    }
}
