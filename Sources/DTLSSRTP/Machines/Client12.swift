import Crypto
import Wire

/// The client's side of a 1.2 handshake after the ServerHello (RFC 6347 section 4.2.4, RFC 5246 section 7.3).
///
///     awaiting Certificate --> awaiting ServerKeyExchange --> awaiting ServerHelloDone <--CertificateRequest
///     --ServerHelloDone--> [Certificate] ClientKeyExchange [CertificateVerify] ChangeCipherSpec Finished
///     awaiting Finished --Finished--> Established12
struct Client12: Sendable {
    private struct ServerShare: Sendable {
        var exchange: KeyExchange
        var secret: SymmetricKey
        /// What the server asks to be signed with, if it wants a certificate.
        var requestedSchemes: [UInt16]?
    }

    private enum State: Sendable {
        case awaitingCertificate
        case awaitingServerKeyExchange(PeerKey)
        case awaitingServerHelloDone(ServerShare)
        case awaitingFinished(masterSecret: SymmetricKey, NamedGroup)
    }

    private let cipherSuite: CipherSuite
    private let profile: SRTPProtectionProfile?
    private let applicationProtocol: String?
    private let clientRandom: [UInt8]
    private let serverRandom: [UInt8]
    private var state = State.awaitingCertificate

    private var prf: PseudoRandomFunction { PseudoRandomFunction(hash: cipherSuite.hash) }

    static func start(
        _ start: ClientStart,
        _ serverHello: ServerHello,
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> HandshakeMachine {
        .client12(try Client12(start, serverHello, message, &context))
    }

    private init(
        _ start: ClientStart,
        _ serverHello: ServerHello,
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) {
        let configuration = context.configuration
        guard
            let suite = configuration.cipherSuites(for: .dtls12)
                .first(where: { $0.rawValue == serverHello.cipherSuite })
        else { throw .noCommonCipherSuite }
        for (type, _) in serverHello.extensions.entries where start.hello.extensions[type] == nil {
            throw .unofferedExtension(type: type.rawValue)
        }
        guard serverHello.extensions[.extendedMasterSecret]?.isEmpty == true else {
            throw .missingExtendedMasterSecret
        }
        if let info = serverHello.extensions[.renegotiationInfo], info != [0] {
            throw .illegalParameter(type: ExtensionType.renegotiationInfo.rawValue)
        }
        cipherSuite = suite
        profile = try ClientStart.selectedSRTPProfile(serverHello.extensions, configuration)
        applicationProtocol = try ClientStart.selectedApplicationProtocol(serverHello.extensions, configuration)
        clientRandom = start.hello.random
        serverRandom = serverHello.random
        context.appendToTranscript(message)
    }

    func receive(_ message: HandshakeMessage, _ context: inout HandshakeContext) throws(DTLSError) -> HandshakeMachine {
        var next = self
        switch (state, message.type, message.epoch) {
        case (.awaitingCertificate, .certificate, 0):
            let certificate = try CertificateMessage(decoding: message.body, version: .dtls12)
            let key = try context.acceptPeerChain(certificate.chain)
            guard cipherSuite.authentication == key.kind else { throw .badCertificate }
            next.state = .awaitingServerKeyExchange(key)
        case (.awaitingServerKeyExchange(let key), .serverKeyExchange, 0):
            next.state = .awaitingServerHelloDone(try serverShare(message.body, key, context.configuration))
        case (.awaitingServerHelloDone(var share), .certificateRequest, 0):
            guard share.requestedSchemes == nil else { throw .unexpectedMessage(type: message.type.rawValue) }
            share.requestedSchemes = try CertificateRequest12(decoding: message.body).signatureSchemes
            next.state = .awaitingServerHelloDone(share)
        case (.awaitingServerHelloDone(let share), .serverHelloDone, 0):
            guard message.body.isEmpty else { throw .malformedMessage(type: message.type.rawValue) }
            context.appendToTranscript(message)
            next.state = .awaitingFinished(
                masterSecret: try sendFlight(share, answering: message.sequence, &context),
                share.exchange.group
            )
            return .client12(next)
        case (.awaitingFinished(let master, let group), .finished, 1):
            let expected = prf.verifyData(
                masterSecret: master,
                transcriptHash: context.transcript.hash(cipherSuite.hash),
                fromClient: false
            )
            try Finished.verify(message.body, expected: expected)
            context.flightArrived()
            try context.complete(
                cipherSuite: cipherSuite,
                group: group,
                applicationProtocol: applicationProtocol,
                srtpKeyingMaterial: profile.map {
                    prf.srtpKeyingMaterial(
                        profile: $0,
                        masterSecret: master,
                        clientRandom: clientRandom,
                        serverRandom: serverRandom
                    )
                }
            )
            return .established12
        default:
            throw .unexpectedMessage(type: message.type.rawValue)
        }
        context.appendToTranscript(message)
        return .client12(next)
    }

    private func serverShare(
        _ body: [UInt8],
        _ key: PeerKey,
        _ configuration: Configuration
    ) throws(DTLSError) -> ServerShare {
        let message = try ServerKeyExchange(decoding: body)
        let signed =
            clientRandom + serverRandom
            + ServerKeyExchange.parameters(group: message.group, share: message.share)
        guard SignatureScheme.offered.contains(message.scheme) else {
            throw .illegalParameter(type: UInt16(HandshakeType.serverKeyExchange.rawValue))
        }
        try key.verify(message.signature, of: signed, scheme: message.scheme, version: .dtls12)
        guard let group = NamedGroup(rawValue: message.group), group.isElliptic, configuration.groups.contains(group)
        else { throw .illegalParameter(type: UInt16(HandshakeType.serverKeyExchange.rawValue)) }
        let exchange = try KeyExchange(group: group)
        return ServerShare(exchange: exchange, secret: try exchange.sharedSecret(withPeerShare: message.share))
    }

    /// Sends our second flight and returns the master secret.
    private func sendFlight(
        _ share: ServerShare,
        answering sequence: UInt16,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> SymmetricKey {
        let identity = context.configuration.identity
        let scheme = share.requestedSchemes.flatMap { identity?.key.scheme(for: $0, version: .dtls12) }
        // A server of media that asks for no certificate could not know who we are.
        if context.configuration.peerAuthentication == .fingerprint, scheme == nil { throw .noCommonSignatureScheme }
        context.beginFlight(answering: sequence)
        if share.requestedSchemes != nil {
            let chain = scheme == nil ? [] : identity?.chain ?? []
            context.send(.certificate, CertificateMessage(chain: chain).encoded(version: .dtls12), epoch: 0)
        }
        context.send(.clientKeyExchange, ClientKeyExchange(share: share.exchange.share).encoded(), epoch: 0)
        let master = prf.masterSecret(
            preMasterSecret: share.secret,
            sessionHash: context.transcript.hash(cipherSuite.hash)
        )
        context.logKey("CLIENT_RANDOM", clientRandom: clientRandom, master)
        let keys = prf.trafficKeys(
            masterSecret: master,
            clientRandom: clientRandom,
            serverRandom: serverRandom,
            aead: cipherSuite.aead
        )
        context.records.installRead(epoch: 1, .dtls12(keys.server))
        context.records.installWrite(epoch: 1, .dtls12(keys.client))
        context.reassembler.require(epoch: 1)
        if let scheme, let identity {
            let signature = try identity.key.sign(context.transcript.bytes, scheme: scheme)
            context.send(
                .certificateVerify,
                CertificateVerify(scheme: scheme, signature: signature).encoded(),
                epoch: 0
            )
        }
        context.sendChangeCipherSpec()
        let verifyData = prf.verifyData(
            masterSecret: master,
            transcriptHash: context.transcript.hash(cipherSuite.hash),
            fromClient: true
        )
        context.send(.finished, verifyData, epoch: 1)
        try context.finishFlight(awaitsReply: true)
        return master
    }
}
