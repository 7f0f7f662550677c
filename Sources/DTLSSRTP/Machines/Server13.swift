import Crypto
import Wire

/// The server's side of a 1.3 handshake after the ClientHello (RFC 9147 section 5, RFC 8446 section 2).
///
///     start: ServerHello | EncryptedExtensions [CertificateRequest] Certificate CertificateVerify Finished
///       --Certificate--> awaiting CertificateVerify --CertificateVerify--> awaiting Finished
///       (without a request: awaiting Finished at once)
///     --Finished--> ACK, Established13
struct Server13: Sendable {
    private enum State: Sendable {
        case awaitingCertificate
        case awaitingCertificateVerify(PeerKey)
        case awaitingFinished
    }

    private let schedule: KeySchedule13
    private let cipherSuite: CipherSuite
    private let group: NamedGroup
    private let profile: SRTPProtectionProfile?
    private let applicationProtocol: String?
    private let clientHandshakeSecret: SymmetricKey
    private let clientApplicationSecret: SymmetricKey
    private let serverApplicationSecret: SymmetricKey
    private let exporterMasterSecret: SymmetricKey
    private var state: State

    // MARK: The ClientHello

    /// What the ClientHello lets us choose.
    struct Choice: Sendable {
        var cipherSuite: CipherSuite
        /// The group and the client's share for it, or only the group when the client must send a share first.
        var group: NamedGroup
        var share: [UInt8]?
    }

    /// Chooses suite and group. A group with a share wins over a better one without: a round trip costs more.
    static func choose(_ hello: ClientHello, _ configuration: Configuration) throws(DTLSError) -> Choice {
        guard hello.cookie.isEmpty, hello.compressionMethods == [0] else {
            throw .illegalParameter(type: UInt16(HandshakeType.clientHello.rawValue))
        }
        guard let groups = try hello.decoded(.supportedGroups, { CodeList.decode($0, lengthBytes: 2) }) else {
            throw .missingExtension(type: ExtensionType.supportedGroups.rawValue)
        }
        guard let shares = try hello.decoded(.keyShare, KeyShare.decodeClientShares) else {
            throw .missingExtension(type: ExtensionType.keyShare.rawValue)
        }
        guard
            let suite = configuration.cipherSuites(for: .dtls13)
                .first(where: { hello.cipherSuites.contains($0.rawValue) })
        else { throw .noCommonCipherSuite }
        let common = configuration.groups.filter { groups.contains($0.rawValue) }
        for group in common {
            if let share = shares.first(where: { $0.group == group.rawValue }) {
                return Choice(cipherSuite: suite, group: group, share: share.key)
            }
        }
        guard let group = common.first else { throw .noCommonGroup }
        return Choice(cipherSuite: suite, group: group, share: nil)
    }

    /// A HelloRetryRequest that asks for a share, for a cookie, or for both (RFC 8446 section 4.1.4).
    static func retryRequest(cipherSuite: CipherSuite, group: NamedGroup?, cookie: [UInt8]?) -> ServerHello {
        var extensions = ExtensionList()
        extensions.append(.supportedVersions, ProtocolVersion.dtls13.encoded)
        if let group {
            var code: [UInt8] = []
            code.append(bigEndian: group.rawValue)
            extensions.append(.keyShare, code)
        }
        if let cookie {
            var content: [UInt8] = []
            content.append(bigEndian: UInt16(truncatingIfNeeded: cookie.count))
            extensions.append(.cookie, content + cookie)
        }
        return ServerHello(random: ServerHello.retryRandom, cipherSuite: cipherSuite, extensions: extensions)
    }

    static func start(
        _ hello: ClientHello,
        _ message: HandshakeMessage,
        retry: ServerStart.Retry?,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> HandshakeMachine {
        let configuration = context.configuration
        let choice = try choose(hello, configuration)
        context.appendToTranscript(message)
        if let retry {
            guard retry.cipherSuite == choice.cipherSuite, choice.share != nil,
                retry.group == nil || retry.group == choice.group
            else { throw .illegalParameter(type: ExtensionType.keyShare.rawValue) }
        }
        guard let share = choice.share else {
            context.beginFlight(answering: message.sequence)
            context.transcript.restart(withClientHelloHash: context.transcript.hash(choice.cipherSuite.hash))
            let request = retryRequest(cipherSuite: choice.cipherSuite, group: choice.group, cookie: nil)
            context.send(.serverHello, request.encoded(), epoch: 0)
            try context.finishFlight(awaitsReply: true)
            return .serverStart(
                ServerStart(retry: ServerStart.Retry(cipherSuite: choice.cipherSuite, group: choice.group))
            )
        }
        return .server13(try Server13(hello, message, choice, share: share, &context))
    }

    private init(
        _ hello: ClientHello,
        _ message: HandshakeMessage,
        _ choice: Choice,
        share: [UInt8],
        _ context: inout HandshakeContext
    ) throws(DTLSError) {
        let configuration = context.configuration
        let schemes = try hello.decoded(.signatureAlgorithms) { CodeList.decode($0, lengthBytes: 2) }
        guard let schemes else { throw .missingExtension(type: ExtensionType.signatureAlgorithms.rawValue) }
        guard let identity = configuration.identity else { throw .localKeyFailure }
        guard let scheme = identity.key.scheme(for: schemes, version: .dtls13) else { throw .noCommonSignatureScheme }
        profile = try ServerStart.selectSRTPProfile(hello, configuration)
        applicationProtocol = try ApplicationProtocols.select(
            ours: configuration.applicationProtocols,
            offered: hello.decoded(.applicationLayerProtocolNegotiation, ApplicationProtocols.decode)
        )
        cipherSuite = choice.cipherSuite
        group = choice.group
        schedule = KeySchedule13(hash: cipherSuite.hash)
        let exchange = try KeyExchange.respond(group: group, peerShare: share)

        context.beginFlight(answering: message.sequence)
        var extensions = ExtensionList()
        extensions.append(.supportedVersions, ProtocolVersion.dtls13.encoded)
        extensions.append(
            .keyShare,
            KeyShare(group: group.rawValue, key: exchange.share).encodedServerShare()
        )
        // The session id is not echoed (RFC 9147 section 5.3).
        let serverHello = ServerHello(random: context.random, cipherSuite: cipherSuite, extensions: extensions)
        context.send(.serverHello, serverHello.encoded(), epoch: 0)

        let handshakeSecret = schedule.handshakeSecret(sharedSecret: exchange.secret)
        let helloHash = context.transcript.hash(cipherSuite.hash)
        clientHandshakeSecret = schedule.deriveSecret(handshakeSecret, "c hs traffic", transcriptHash: helloHash)
        let serverHandshakeSecret = schedule.deriveSecret(
            handshakeSecret,
            "s hs traffic",
            transcriptHash: helloHash
        )
        context.logKey("CLIENT_HANDSHAKE_TRAFFIC_SECRET", clientRandom: hello.random, clientHandshakeSecret)
        context.logKey("SERVER_HANDSHAKE_TRAFFIC_SECRET", clientRandom: hello.random, serverHandshakeSecret)
        let aead = cipherSuite.aead
        context.records.installWrite(
            epoch: 2,
            .dtls13(schedule.recordProtection(trafficSecret: serverHandshakeSecret, aead: aead))
        )
        context.records.installRead(
            epoch: 2,
            .dtls13(schedule.recordProtection(trafficSecret: clientHandshakeSecret, aead: aead))
        )
        context.reassembler.require(epoch: 2)

        var answers = ExtensionList()
        ServerStart.appendAnswers(profile: profile, applicationProtocol: applicationProtocol, to: &answers)
        context.send(.encryptedExtensions, EncryptedExtensions(extensions: answers).encoded(), epoch: 2)
        let wantsCertificate = configuration.peerAuthentication == .fingerprint
        if wantsCertificate {
            let request = CertificateRequest13(signatureSchemes: SignatureScheme.offered)
            context.send(.certificateRequest, request.encoded(), epoch: 2)
        }
        let certificate = CertificateMessage(chain: identity.chain)
        context.send(.certificate, certificate.encoded(version: .dtls13), epoch: 2)
        let signed = CertificateVerify.signedContent(
            byServer: true,
            transcriptHash: context.transcript.hash(cipherSuite.hash)
        )
        let verify = CertificateVerify(scheme: scheme, signature: try identity.key.sign(signed, scheme: scheme))
        context.send(.certificateVerify, verify.encoded(), epoch: 2)
        let finished = schedule.verifyData(
            trafficSecret: serverHandshakeSecret,
            transcriptHash: context.transcript.hash(cipherSuite.hash)
        )
        context.send(.finished, finished, epoch: 2)

        let masterSecret = schedule.masterSecret(handshakeSecret: handshakeSecret)
        let hash = context.transcript.hash(cipherSuite.hash)
        clientApplicationSecret = schedule.deriveSecret(masterSecret, "c ap traffic", transcriptHash: hash)
        serverApplicationSecret = schedule.deriveSecret(masterSecret, "s ap traffic", transcriptHash: hash)
        exporterMasterSecret = schedule.deriveSecret(masterSecret, "exp master", transcriptHash: hash)
        context.logKey("CLIENT_TRAFFIC_SECRET_0", clientRandom: hello.random, clientApplicationSecret)
        context.logKey("SERVER_TRAFFIC_SECRET_0", clientRandom: hello.random, serverApplicationSecret)
        context.records.installWrite(
            epoch: 3,
            .dtls13(schedule.recordProtection(trafficSecret: serverApplicationSecret, aead: aead))
        )
        state = wantsCertificate ? .awaitingCertificate : .awaitingFinished
        try context.finishFlight(awaitsReply: true)
    }

    // MARK: The client's flight

    func receive(_ message: HandshakeMessage, _ context: inout HandshakeContext) throws(DTLSError) -> HandshakeMachine {
        guard message.epoch == 2 else { throw .unexpectedMessage(type: message.type.rawValue) }
        // A message of the client's flight means that all of ours has arrived (RFC 9147 section 7.1).
        context.flightArrived()
        var next = self
        switch (state, message.type) {
        case (.awaitingCertificate, .certificate):
            let certificate = try CertificateMessage(decoding: message.body, version: .dtls13)
            guard certificate.requestContext.isEmpty else {
                throw .illegalParameter(type: UInt16(message.type.rawValue))
            }
            next.state = .awaitingCertificateVerify(try context.acceptPeerChain(certificate.chain))
        case (.awaitingCertificateVerify(let key), .certificateVerify):
            let verify = try CertificateVerify(decoding: message.body)
            let signed = CertificateVerify.signedContent(
                byServer: false,
                transcriptHash: context.transcript.hash(cipherSuite.hash)
            )
            try key.verify(verify.signature, of: signed, scheme: verify.scheme, version: .dtls13)
            next.state = .awaitingFinished
        case (.awaitingFinished, .finished):
            let expected = schedule.verifyData(
                trafficSecret: clientHandshakeSecret,
                transcriptHash: context.transcript.hash(cipherSuite.hash)
            )
            try Finished.verify(message.body, expected: expected)
            return .established13(try establish(&context))
        default:
            throw .unexpectedMessage(type: message.type.rawValue)
        }
        context.appendToTranscript(message)
        return .server13(next)
    }

    private func establish(_ context: inout HandshakeContext) throws(DTLSError) -> Established13 {
        context.records.discardWrite { $0 == 2 }
        context.records.installRead(
            epoch: 3,
            .dtls13(schedule.recordProtection(trafficSecret: clientApplicationSecret, aead: cipherSuite.aead))
        )
        context.reassembler.require(epoch: 3)
        // The client repeats its Finished until an ACK comes, so its keys are kept for a while.
        context.acknowledgements.deadline = context.now
        context.discardDeadline = context.now + Established13.handshakeKeyLifetime
        try context.complete(
            cipherSuite: cipherSuite,
            group: group,
            applicationProtocol: applicationProtocol,
            srtpKeyingMaterial: profile.map {
                schedule.srtpKeyingMaterial(profile: $0, exporterMasterSecret: exporterMasterSecret)
            }
        )
        return Established13(
            schedule: schedule,
            aead: cipherSuite.aead,
            readSecret: clientApplicationSecret,
            writeSecret: serverApplicationSecret
        )
    }
}

extension ProtocolVersion {
    /// The content of supported_versions in a ServerHello.
    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: rawValue)
        return bytes
    }
}

extension SignatureScheme {
    /// What we verify, in the order in which peers are asked for it.
    static let offered: [UInt16] = [
        ecdsaSHA256, ecdsaSHA384, ecdsaSHA512, rsaPSSSHA256, rsaPSSSHA384, rsaPSSSHA512, rsaPKCS1SHA256,
        rsaPKCS1SHA384, rsaPKCS1SHA512,
    ].map(\.rawValue)
}

extension KeySchedule13 {
    func srtpKeyingMaterial(
        profile: SRTPProtectionProfile,
        exporterMasterSecret: SymmetricKey
    ) -> SRTPKeyingMaterial {
        SRTPKeyingMaterial(
            profile: profile,
            exported: export(
                exporterMasterSecret: exporterMasterSecret,
                label: SRTPKeyingMaterial.exporterLabel,
                length: profile.keyingMaterialLength
            )
        )
    }
}

extension SRTPKeyingMaterial {
    /// RFC 5764 section 4.2.
    static let exporterLabel = "EXTRACTOR-dtls_srtp"
}
