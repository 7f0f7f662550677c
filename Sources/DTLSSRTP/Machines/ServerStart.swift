import Wire

/// A server that waits for a ClientHello.
///
///     await ClientHello --1.2--> Server12
///                       --1.3--> Server13
///                       --1.3, no share of a common group--> sent HelloRetryRequest --ClientHello--> Server13
struct ServerStart: Sendable {
    /// What a HelloRetryRequest asked for.
    struct Retry: Sendable {
        var cipherSuite: CipherSuite
        var group: NamedGroup?
    }

    var retry: Retry?

    func receive(_ message: HandshakeMessage, _ context: inout HandshakeContext) throws(DTLSError) -> HandshakeMachine {
        guard message.type == .clientHello, message.epoch == 0 else {
            throw .unexpectedMessage(type: message.type.rawValue)
        }
        let hello = try ClientHello(decoding: message.body)
        let version = try Self.selectVersion(hello, enabled: context.configuration.enabledVersions)
        context.version = version
        switch version {
        case .dtls12:
            guard retry == nil else { throw .unsupportedVersion(legacyVersion: hello.legacyVersion) }
            return try Server12.start(hello, message, &context)
        case .dtls13:
            return try Server13.start(hello, message, retry: retry, &context)
        }
    }

    /// The version from supported_versions, or from legacy_version when there is no such extension: a later one than
    /// 1.2 has a lower code.
    static func selectVersion(
        _ hello: ClientHello,
        enabled: Set<ProtocolVersion>
    ) throws(DTLSError) -> ProtocolVersion {
        let offered = try hello.decoded(.supportedVersions) { CodeList.decode($0, lengthBytes: 1) }
        if let offered {
            for version in [ProtocolVersion.dtls13, .dtls12]
            where enabled.contains(version) && offered.contains(version.rawValue) { return version }
        } else if hello.legacyVersion <= ProtocolVersion.dtls12.rawValue, enabled.contains(.dtls12) {
            return .dtls12
        }
        throw .unsupportedVersion(legacyVersion: hello.legacyVersion)
    }

    /// Our first profile that the client offers; nil where use_srtp is not wanted.
    static func selectSRTPProfile(
        _ hello: ClientHello,
        _ configuration: Configuration
    ) throws(DTLSError) -> SRTPProtectionProfile? {
        guard !configuration.srtpProfiles.isEmpty else { return nil }
        guard let offer = try hello.decoded(.useSRTP, UseSRTP.init(decoding:)) else { throw .missingSRTPExtension }
        guard let profile = configuration.srtpProfiles.first(where: { offer.profiles.contains($0.rawValue) }) else {
            throw .noCommonSRTPProfile
        }
        return profile
    }

    /// Adds the answers that both versions give to use_srtp and ALPN.
    static func appendAnswers(
        profile: SRTPProtectionProfile?,
        applicationProtocol: String?,
        to extensions: inout ExtensionList
    ) {
        if let profile { extensions.append(.useSRTP, UseSRTP(profiles: [profile.rawValue]).encoded()) }
        if let applicationProtocol {
            extensions.append(
                .applicationLayerProtocolNegotiation,
                ApplicationProtocols.encode([Array(applicationProtocol.utf8)])
            )
        }
    }
}
