import Crypto
import Wire

/// The client's side of a 1.3 handshake after the ServerHello (RFC 9147 section 5, RFC 8446 section 2).
///
///     awaiting EncryptedExtensions --> awaiting Certificate <--CertificateRequest --> awaiting CertificateVerify
///     --> awaiting Finished --Finished--> [Certificate CertificateVerify] Finished, Established13
struct Client13: Sendable {
    private enum State: Sendable {
        case awaitingEncryptedExtensions
        case awaitingCertificate
        case awaitingCertificateVerify(PeerKey)
        case awaitingFinished
    }

    private let schedule: KeySchedule13
    private let cipherSuite: CipherSuite
    private let group: NamedGroup
    private let clientRandom: [UInt8]
    /// The types of extension that may be answered.
    private let offeredExtensions: [ExtensionType]
    private let handshakeSecret: SymmetricKey
    private let clientHandshakeSecret: SymmetricKey
    private let serverHandshakeSecret: SymmetricKey
    private var profile: SRTPProtectionProfile?
    private var applicationProtocol: String?
    private var request: CertificateRequest13?
    private var state = State.awaitingEncryptedExtensions

    static func start(
        _ start: ClientStart,
        _ serverHello: ServerHello,
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> HandshakeMachine {
        .client13(try Client13(start, serverHello, message, &context))
    }

    private init(
        _ start: ClientStart,
        _ serverHello: ServerHello,
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) {
        let configuration = context.configuration
        for (type, _) in serverHello.extensions.entries where ![.supportedVersions, .keyShare].contains(type) {
            throw .unofferedExtension(type: type.rawValue)
        }
        guard
            let suite = configuration.cipherSuites(for: .dtls13)
                .first(where: { $0.rawValue == serverHello.cipherSuite }),
            start.retrySuite == nil || start.retrySuite == suite
        else { throw .noCommonCipherSuite }
        guard let content = serverHello.extensions[.keyShare] else {
            throw .missingExtension(type: ExtensionType.keyShare.rawValue)
        }
        guard let share = KeyShare(decodingServerShare: content),
            let exchange = start.exchanges.first(where: { $0.group.rawValue == share.group }),
            serverHello.sessionID.isEmpty, serverHello.legacyVersion == ProtocolVersion.dtls12.rawValue
        else { throw .illegalParameter(type: ExtensionType.keyShare.rawValue) }
        cipherSuite = suite
        group = exchange.group
        clientRandom = start.hello.random
        offeredExtensions = start.hello.extensions.entries.map(\.type)
        schedule = KeySchedule13(hash: suite.hash)
        handshakeSecret = schedule.handshakeSecret(sharedSecret: try exchange.sharedSecret(withPeerShare: share.key))
        context.appendToTranscript(message)
        let helloHash = context.transcript.hash(suite.hash)
        clientHandshakeSecret = schedule.deriveSecret(handshakeSecret, "c hs traffic", transcriptHash: helloHash)
        serverHandshakeSecret = schedule.deriveSecret(handshakeSecret, "s hs traffic", transcriptHash: helloHash)
        context.logKey("CLIENT_HANDSHAKE_TRAFFIC_SECRET", clientRandom: clientRandom, clientHandshakeSecret)
        context.logKey("SERVER_HANDSHAKE_TRAFFIC_SECRET", clientRandom: clientRandom, serverHandshakeSecret)
        context.flightArrived()
        context.records.installWrite(
            epoch: 2,
            .dtls13(schedule.recordProtection(trafficSecret: clientHandshakeSecret, aead: suite.aead))
        )
        context.records.installRead(
            epoch: 2,
            .dtls13(schedule.recordProtection(trafficSecret: serverHandshakeSecret, aead: suite.aead))
        )
        context.reassembler.require(epoch: 2)
    }

    func receive(_ message: HandshakeMessage, _ context: inout HandshakeContext) throws(DTLSError) -> HandshakeMachine {
        guard message.epoch == 2 else { throw .unexpectedMessage(type: message.type.rawValue) }
        var next = self
        switch (state, message.type) {
        case (.awaitingEncryptedExtensions, .encryptedExtensions):
            let answers = try EncryptedExtensions(decoding: message.body).extensions
            for (type, _) in answers.entries where !offeredExtensions.contains(type) {
                throw .unofferedExtension(type: type.rawValue)
            }
            next.profile = try ClientStart.selectedSRTPProfile(answers, context.configuration)
            next.applicationProtocol = try ClientStart.selectedApplicationProtocol(answers, context.configuration)
            next.state = .awaitingCertificate
        case (.awaitingCertificate, .certificateRequest):
            guard request == nil else { throw .unexpectedMessage(type: message.type.rawValue) }
            let request = try CertificateRequest13(decoding: message.body)
            guard request.context.isEmpty else { throw .illegalParameter(type: UInt16(message.type.rawValue)) }
            next.request = request
        case (.awaitingCertificate, .certificate):
            let certificate = try CertificateMessage(decoding: message.body, version: .dtls13)
            guard certificate.requestContext.isEmpty else {
                throw .illegalParameter(type: UInt16(message.type.rawValue))
            }
            next.state = .awaitingCertificateVerify(try context.acceptPeerChain(certificate.chain))
        case (.awaitingCertificateVerify(let key), .certificateVerify):
            let verify = try CertificateVerify(decoding: message.body)
            let signed = CertificateVerify.signedContent(
                byServer: true,
                transcriptHash: context.transcript.hash(cipherSuite.hash)
            )
            try key.verify(verify.signature, of: signed, scheme: verify.scheme, version: .dtls13)
            next.state = .awaitingFinished
        case (.awaitingFinished, .finished):
            let expected = schedule.verifyData(
                trafficSecret: serverHandshakeSecret,
                transcriptHash: context.transcript.hash(cipherSuite.hash)
            )
            try Finished.verify(message.body, expected: expected)
            context.appendToTranscript(message)
            return .established13(try finish(answering: message.sequence, &context))
        default:
            throw .unexpectedMessage(type: message.type.rawValue)
        }
        context.appendToTranscript(message)
        return .client13(next)
    }

    /// Sends our last flight and changes to the application keys.
    private func finish(
        answering sequence: UInt16,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> Established13 {
        let hash = context.transcript.hash(cipherSuite.hash)
        let masterSecret = schedule.masterSecret(handshakeSecret: handshakeSecret)
        let clientSecret = schedule.deriveSecret(masterSecret, "c ap traffic", transcriptHash: hash)
        let serverSecret = schedule.deriveSecret(masterSecret, "s ap traffic", transcriptHash: hash)
        let exporterSecret = schedule.deriveSecret(masterSecret, "exp master", transcriptHash: hash)
        context.logKey("CLIENT_TRAFFIC_SECRET_0", clientRandom: clientRandom, clientSecret)
        context.logKey("SERVER_TRAFFIC_SECRET_0", clientRandom: clientRandom, serverSecret)

        let configuration = context.configuration
        let identity = configuration.identity
        let scheme = request.flatMap { identity?.key.scheme(for: $0.signatureSchemes, version: .dtls13) }
        // A server of media that asks for no certificate could not know who we are.
        if configuration.peerAuthentication == .fingerprint, scheme == nil { throw .noCommonSignatureScheme }
        context.beginFlight(answering: sequence)
        if request != nil {
            let chain = scheme == nil ? [] : identity?.chain ?? []
            context.send(.certificate, CertificateMessage(chain: chain).encoded(version: .dtls13), epoch: 2)
        }
        if let scheme, let identity {
            let signed = CertificateVerify.signedContent(
                byServer: false,
                transcriptHash: context.transcript.hash(cipherSuite.hash)
            )
            let verify = CertificateVerify(scheme: scheme, signature: try identity.key.sign(signed, scheme: scheme))
            context.send(.certificateVerify, verify.encoded(), epoch: 2)
        }
        let verifyData = schedule.verifyData(
            trafficSecret: clientHandshakeSecret,
            transcriptHash: context.transcript.hash(cipherSuite.hash)
        )
        context.send(.finished, verifyData, epoch: 2)
        let aead = cipherSuite.aead
        context.records.installWrite(
            epoch: 3,
            .dtls13(schedule.recordProtection(trafficSecret: clientSecret, aead: aead))
        )
        context.records.installRead(
            epoch: 3,
            .dtls13(schedule.recordProtection(trafficSecret: serverSecret, aead: aead))
        )
        context.reassembler.require(epoch: 3)
        context.discardDeadline = context.now + Established13.handshakeKeyLifetime
        try context.finishFlight(awaitsReply: true)
        try context.complete(
            cipherSuite: cipherSuite,
            group: group,
            applicationProtocol: applicationProtocol,
            srtpKeyingMaterial: profile.map {
                schedule.srtpKeyingMaterial(profile: $0, exporterMasterSecret: exporterSecret)
            }
        )
        return Established13(schedule: schedule, aead: aead, readSecret: serverSecret, writeSecret: clientSecret)
    }
}
