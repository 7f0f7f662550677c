import Crypto
import Wire

/// The server's side of a 1.2 handshake after the ClientHello (RFC 6347 section 4.2.4, RFC 5246 section 7.3).
///
///     start: ServerHello Certificate ServerKeyExchange [CertificateRequest] ServerHelloDone
///       --Certificate--> awaiting ClientKeyExchange --ClientKeyExchange--> awaiting CertificateVerify
///       (without a request: awaiting ClientKeyExchange, then Finished)
///     --CertificateVerify--> awaiting Finished --Finished--> ChangeCipherSpec Finished, Established12
struct Server12: Sendable {
    private enum State: Sendable {
        case awaitingCertificate
        case awaitingClientKeyExchange(PeerKey?)
        case awaitingCertificateVerify(PeerKey, masterSecret: SymmetricKey)
        case awaitingFinished(masterSecret: SymmetricKey)
    }

    private let cipherSuite: CipherSuite
    private let exchange: KeyExchange
    private let profile: SRTPProtectionProfile?
    private let applicationProtocol: String?
    private let clientRandom: [UInt8]
    private let serverRandom: [UInt8]
    private var state: State

    private var prf: PseudoRandomFunction { PseudoRandomFunction(hash: cipherSuite.hash) }

    static func start(
        _ hello: ClientHello,
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> HandshakeMachine {
        .server12(try Server12(hello, message, &context))
    }

    private init(
        _ hello: ClientHello,
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) {
        let configuration = context.configuration
        guard hello.extensions[.extendedMasterSecret] != nil else { throw .missingExtendedMasterSecret }
        guard let identity = configuration.identity else { throw .localKeyFailure }
        let suites = configuration.cipherSuites(for: .dtls12)
        guard
            let suite = suites.first(where: { suite in
                suite.authentication == identity.key.kind && hello.cipherSuites.contains(suite.rawValue)
            })
        else { throw .noCommonCipherSuite }
        // Without the extension a client takes any curve (RFC 8422 section 4); everybody has P-256.
        let groups =
            try hello.decoded(.supportedGroups) { CodeList.decode($0, lengthBytes: 2) }
            ?? [NamedGroup.secp256r1.rawValue]
        guard
            let group = configuration.groups.first(where: { $0.isElliptic && groups.contains($0.rawValue) })
        else { throw .noCommonGroup }
        let schemes = try hello.decoded(.signatureAlgorithms) { CodeList.decode($0, lengthBytes: 2) } ?? []
        guard let scheme = identity.key.scheme(for: schemes, version: .dtls12) else { throw .noCommonSignatureScheme }
        if let info = hello.extensions[.renegotiationInfo], info != [0] {
            throw .illegalParameter(type: ExtensionType.renegotiationInfo.rawValue)
        }
        cipherSuite = suite
        profile = try ServerStart.selectSRTPProfile(hello, configuration)
        applicationProtocol = try ApplicationProtocols.select(
            ours: configuration.applicationProtocols,
            offered: hello.decoded(.applicationLayerProtocolNegotiation, ApplicationProtocols.decode)
        )
        exchange = try KeyExchange(group: group)
        clientRandom = hello.random
        var serverRandom = context.random
        if configuration.enabledVersions.contains(.dtls13) {
            serverRandom.replaceSubrange(24..., with: ServerHello.downgradeSentinel)
        }
        self.serverRandom = serverRandom
        let wantsCertificate = configuration.peerAuthentication == .fingerprint
        state = wantsCertificate ? .awaitingCertificate : .awaitingClientKeyExchange(nil)

        context.appendToTranscript(message)
        context.beginFlight(answering: message.sequence)
        let serverHello = ServerHello(
            random: serverRandom,
            cipherSuite: suite,
            extensions: Self.answers(to: hello, profile: profile, applicationProtocol: applicationProtocol)
        )
        context.send(.serverHello, serverHello.encoded(), epoch: 0)
        context.send(.certificate, CertificateMessage(chain: identity.chain).encoded(version: .dtls12), epoch: 0)
        let parameters = ServerKeyExchange.parameters(group: group.rawValue, share: exchange.share)
        let signature = try identity.key.sign(clientRandom + serverRandom + parameters, scheme: scheme)
        let keyExchange = ServerKeyExchange(
            group: group,
            share: exchange.share,
            scheme: scheme,
            signature: signature
        )
        context.send(.serverKeyExchange, keyExchange.encoded(), epoch: 0)
        if wantsCertificate {
            let request = CertificateRequest12(signatureSchemes: SignatureScheme.offered)
            context.send(.certificateRequest, request.encoded(), epoch: 0)
        }
        context.send(.serverHelloDone, [], epoch: 0)
        try context.finishFlight(awaitsReply: true)
    }

    private static func answers(
        to hello: ClientHello,
        profile: SRTPProtectionProfile?,
        applicationProtocol: String?
    ) -> ExtensionList {
        var extensions = ExtensionList()
        extensions.append(.extendedMasterSecret, [])
        if hello.extensions[.renegotiationInfo] != nil
            || hello.cipherSuites.contains(CipherSuite.secureRenegotiationSignal)
        {
            extensions.append(.renegotiationInfo, [0])
        }
        if hello.extensions[.ecPointFormats] != nil { extensions.append(.ecPointFormats, [1, 0]) }
        ServerStart.appendAnswers(profile: profile, applicationProtocol: applicationProtocol, to: &extensions)
        return extensions
    }

    func receive(_ message: HandshakeMessage, _ context: inout HandshakeContext) throws(DTLSError) -> HandshakeMachine {
        var next = self
        switch (state, message.type, message.epoch) {
        case (.awaitingCertificate, .certificate, 0):
            let certificate = try CertificateMessage(decoding: message.body, version: .dtls12)
            next.state = .awaitingClientKeyExchange(try context.acceptPeerChain(certificate.chain))
            context.appendToTranscript(message)
        case (.awaitingClientKeyExchange(let key), .clientKeyExchange, 0):
            let share = try ClientKeyExchange(decoding: message.body).share
            let secret = try exchange.sharedSecret(withPeerShare: share)
            context.appendToTranscript(message)
            let master = prf.masterSecret(
                preMasterSecret: secret,
                sessionHash: context.transcript.hash(cipherSuite.hash)
            )
            context.logKey("CLIENT_RANDOM", clientRandom: clientRandom, master)
            installKeys(master, &context)
            if let key {
                next.state = .awaitingCertificateVerify(key, masterSecret: master)
            } else {
                next.state = .awaitingFinished(masterSecret: master)
                context.reassembler.require(epoch: 1)
            }
        case (.awaitingCertificateVerify(let key, let master), .certificateVerify, 0):
            let verify = try CertificateVerify(decoding: message.body)
            try key.verify(
                verify.signature,
                of: context.transcript.bytes,
                scheme: verify.scheme,
                version: .dtls12
            )
            next.state = .awaitingFinished(masterSecret: master)
            context.appendToTranscript(message)
            context.reassembler.require(epoch: 1)
        case (.awaitingFinished(let master), .finished, 1):
            return try finish(message, master, &context)
        default:
            throw .unexpectedMessage(type: message.type.rawValue)
        }
        return .server12(next)
    }

    private func installKeys(_ masterSecret: SymmetricKey, _ context: inout HandshakeContext) {
        let keys = prf.trafficKeys(
            masterSecret: masterSecret,
            clientRandom: clientRandom,
            serverRandom: serverRandom,
            aead: cipherSuite.aead
        )
        context.records.installRead(epoch: 1, .dtls12(keys.client))
        context.records.installWrite(epoch: 1, .dtls12(keys.server))
    }

    private func finish(
        _ message: HandshakeMessage,
        _ masterSecret: SymmetricKey,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> HandshakeMachine {
        let expected = prf.verifyData(
            masterSecret: masterSecret,
            transcriptHash: context.transcript.hash(cipherSuite.hash),
            fromClient: true
        )
        try Finished.verify(message.body, expected: expected)
        context.appendToTranscript(message)
        context.beginFlight(answering: message.sequence)
        context.sendChangeCipherSpec()
        let verifyData = prf.verifyData(
            masterSecret: masterSecret,
            transcriptHash: context.transcript.hash(cipherSuite.hash),
            fromClient: false
        )
        context.send(.finished, verifyData, epoch: 1)
        // The last flight has no timer: it is repeated when the client's Finished comes again.
        try context.finishFlight(awaitsReply: false)
        try context.complete(
            cipherSuite: cipherSuite,
            group: exchange.group,
            applicationProtocol: applicationProtocol,
            srtpKeyingMaterial: profile.map {
                prf.srtpKeyingMaterial(
                    profile: $0,
                    masterSecret: masterSecret,
                    clientRandom: clientRandom,
                    serverRandom: serverRandom
                )
            }
        )
        return .established12
    }
}

extension PseudoRandomFunction {
    func srtpKeyingMaterial(
        profile: SRTPProtectionProfile,
        masterSecret: SymmetricKey,
        clientRandom: [UInt8],
        serverRandom: [UInt8]
    ) -> SRTPKeyingMaterial {
        SRTPKeyingMaterial(
            profile: profile,
            exported: export(
                masterSecret: masterSecret,
                label: SRTPKeyingMaterial.exporterLabel,
                clientRandom: clientRandom,
                serverRandom: serverRandom,
                length: profile.keyingMaterialLength
            )
        )
    }
}
