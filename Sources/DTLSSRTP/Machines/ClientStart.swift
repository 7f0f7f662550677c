import Wire

/// A client that has sent a ClientHello and does not know the version yet.
///
///     ClientHello sent --HelloVerifyRequest--> ClientHello with cookie sent
///                      --HelloRetryRequest--> second ClientHello sent
///                      --ServerHello 1.2--> Client12
///                      --ServerHello 1.3--> Client13
struct ClientStart: Sendable {
    private(set) var hello: ClientHello
    /// The hello as it was last sent.
    private(set) var message: HandshakeMessage
    /// One for each key share that the hello offers.
    private(set) var exchanges: [KeyExchange]
    private var hasVerifyRequest = false
    /// The suite that a HelloRetryRequest has settled.
    private(set) var retrySuite: CipherSuite?

    /// Sends the first ClientHello.
    init(_ context: inout HandshakeContext) throws(DTLSError) {
        let configuration = context.configuration
        exchanges = []
        if configuration.enabledVersions.contains(.dtls13) {
            for group in configuration.keyShareGroups where configuration.groups.contains(group) {
                exchanges.append(try KeyExchange(group: group))
            }
        }
        hello = ClientHello(
            random: context.random,
            cipherSuites: Self.offeredSuites(configuration),
            extensions: Self.extensions(configuration, exchanges: exchanges, cookie: nil)
        )
        message = HandshakeMessage(type: .clientHello, sequence: 0, epoch: 0, body: [])
        context.records.unprotectedVersion = 0xFEFF
        try sendHello(answering: nil, &context)
    }

    private static func offeredSuites(_ configuration: Configuration) -> [UInt16] {
        (configuration.cipherSuites(for: .dtls13) + configuration.cipherSuites(for: .dtls12)).map(\.rawValue)
    }

    private static func extensions(
        _ configuration: Configuration,
        exchanges: [KeyExchange],
        cookie: [UInt8]?
    ) -> ExtensionList {
        var extensions = ExtensionList()
        let is13 = configuration.enabledVersions.contains(.dtls13)
        if is13 {
            let versions = [ProtocolVersion.dtls13, .dtls12].filter { configuration.enabledVersions.contains($0) }
            extensions.append(.supportedVersions, CodeList.encode(versions.map(\.rawValue), lengthBytes: 1))
        }
        let groups = configuration.groups.filter { is13 || $0.isElliptic }
        extensions.append(.supportedGroups, CodeList.encode(groups.map(\.rawValue), lengthBytes: 2))
        extensions.append(.signatureAlgorithms, CodeList.encode(SignatureScheme.offered, lengthBytes: 2))
        if configuration.enabledVersions.contains(.dtls12) {
            extensions.append(.ecPointFormats, [1, 0])
            extensions.append(.extendedMasterSecret, [])
            extensions.append(.renegotiationInfo, [0])
        }
        if !configuration.srtpProfiles.isEmpty {
            extensions.append(.useSRTP, UseSRTP(profiles: configuration.srtpProfiles.map(\.rawValue)).encoded())
        }
        if !configuration.applicationProtocols.isEmpty {
            let names = configuration.applicationProtocols.map { Array($0.utf8) }
            extensions.append(.applicationLayerProtocolNegotiation, ApplicationProtocols.encode(names))
        }
        if let cookie { extensions.append(.cookie, cookie) }
        if is13 {
            let shares = exchanges.map { KeyShare(group: $0.group.rawValue, key: $0.share) }
            extensions.append(.keyShare, KeyShare.encodeClientShares(shares))
        }
        return extensions
    }

    private mutating func sendHello(answering sequence: UInt16?, _ context: inout HandshakeContext) throws(DTLSError) {
        context.beginFlight(answering: sequence)
        message = HandshakeMessage(
            type: .clientHello,
            sequence: context.nextSendSequence,
            epoch: 0,
            body: hello.encoded()
        )
        // Into the transcript only once the version says in which form.
        context.send(.clientHello, message.body, epoch: 0)
        try context.finishFlight(awaitsReply: true)
    }

    func receive(_ message: HandshakeMessage, _ context: inout HandshakeContext) throws(DTLSError) -> HandshakeMachine {
        guard message.epoch == 0 else { throw .unexpectedMessage(type: message.type.rawValue) }
        switch message.type {
        case .helloVerifyRequest:
            return .clientStart(try verifyRequestReceived(message, &context))
        case .serverHello:
            let serverHello = try ServerHello(decoding: message.body)
            if serverHello.isRetryRequest {
                return .clientStart(try retryRequestReceived(serverHello, message, &context))
            }
            return try serverHelloReceived(serverHello, message, &context)
        default:
            throw .unexpectedMessage(type: message.type.rawValue)
        }
    }

    private func verifyRequestReceived(
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> ClientStart {
        guard context.configuration.enabledVersions.contains(.dtls12) else {
            throw .unsupportedVersion(legacyVersion: ProtocolVersion.dtls12.rawValue)
        }
        guard !hasVerifyRequest, retrySuite == nil else { throw .unexpectedMessage(type: message.type.rawValue) }
        var next = self
        next.hasVerifyRequest = true
        next.hello.cookie = try HelloVerifyRequest(decoding: message.body).cookie
        try next.sendHello(answering: message.sequence, &context)
        return next
    }

    private func retryRequestReceived(
        _ request: ServerHello,
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> ClientStart {
        let configuration = context.configuration
        guard retrySuite == nil, !hasVerifyRequest, configuration.enabledVersions.contains(.dtls13) else {
            throw .unexpectedMessage(type: message.type.rawValue)
        }
        guard request.extensions[.supportedVersions] == ProtocolVersion.dtls13.encoded,
            let suite = configuration.cipherSuites(for: .dtls13).first(where: { $0.rawValue == request.cipherSuite })
        else { throw .illegalParameter(type: ExtensionType.supportedVersions.rawValue) }
        for (type, _) in request.extensions.entries
        where ![.supportedVersions, .keyShare, .cookie].contains(type) {
            throw .unofferedExtension(type: type.rawValue)
        }
        var next = self
        next.retrySuite = suite
        if let content = request.extensions[.keyShare] {
            // A group that was offered, but not one for which there was a share already (RFC 8446 section 4.2.8).
            guard content.count == 2,
                let group = NamedGroup(rawValue: UInt16(content[0]) << 8 | UInt16(content[1])),
                configuration.groups.contains(group), !exchanges.contains(where: { $0.group == group })
            else { throw .illegalParameter(type: ExtensionType.keyShare.rawValue) }
            next.exchanges = [try KeyExchange(group: group)]
        } else if request.extensions[.cookie] == nil {
            throw .illegalParameter(type: ExtensionType.keyShare.rawValue)
        }
        next.hello.extensions = Self.extensions(
            configuration,
            exchanges: next.exchanges,
            cookie: request.extensions[.cookie]
        )
        context.version = .dtls13
        context.appendToTranscript(self.message)
        context.transcript.restart(withClientHelloHash: context.transcript.hash(suite.hash))
        context.appendToTranscript(message)
        try next.sendHello(answering: message.sequence, &context)
        return next
    }

    private func serverHelloReceived(
        _ serverHello: ServerHello,
        _ message: HandshakeMessage,
        _ context: inout HandshakeContext
    ) throws(DTLSError) -> HandshakeMachine {
        let versions = context.configuration.enabledVersions
        if let selected = serverHello.extensions[.supportedVersions] {
            guard selected == ProtocolVersion.dtls13.encoded, versions.contains(.dtls13), !hasVerifyRequest else {
                throw .illegalParameter(type: ExtensionType.supportedVersions.rawValue)
            }
            if retrySuite == nil {
                context.version = .dtls13
                context.appendToTranscript(self.message)
            }
            return try Client13.start(self, serverHello, message, &context)
        }
        guard serverHello.legacyVersion == ProtocolVersion.dtls12.rawValue, versions.contains(.dtls12),
            retrySuite == nil
        else { throw .unsupportedVersion(legacyVersion: serverHello.legacyVersion) }
        if versions.contains(.dtls13), Array(serverHello.random[24...]) == ServerHello.downgradeSentinel {
            throw .downgrade
        }
        context.version = .dtls12
        context.appendToTranscript(self.message)
        return try Client12.start(self, serverHello, message, &context)
    }

    // MARK: Answers that both versions have

    /// The profile that the server chose; required when we offered any.
    static func selectedSRTPProfile(
        _ extensions: ExtensionList,
        _ configuration: Configuration
    ) throws(DTLSError) -> SRTPProtectionProfile? {
        guard !configuration.srtpProfiles.isEmpty else {
            guard extensions[.useSRTP] == nil else { throw .illegalParameter(type: ExtensionType.useSRTP.rawValue) }
            return nil
        }
        guard let content = extensions[.useSRTP] else { throw .missingSRTPExtension }
        guard let answer = UseSRTP(decoding: content), answer.profiles.count == 1, answer.mki.isEmpty,
            let profile = SRTPProtectionProfile(rawValue: answer.profiles[0]),
            configuration.srtpProfiles.contains(profile)
        else { throw .illegalParameter(type: ExtensionType.useSRTP.rawValue) }
        return profile
    }

    static func selectedApplicationProtocol(
        _ extensions: ExtensionList,
        _ configuration: Configuration
    ) throws(DTLSError) -> String? {
        guard let content = extensions[.applicationLayerProtocolNegotiation] else { return nil }
        guard let names = ApplicationProtocols.decode(content), names.count == 1,
            let name = configuration.applicationProtocols.first(where: { Array($0.utf8) == names[0] })
        else { throw .illegalParameter(type: ExtensionType.applicationLayerProtocolNegotiation.rawValue) }
        return name
    }
}
