public import Wire

/// What a connection may negotiate and how long it waits. Make one with ``media(role:identity:)``,
/// ``listener(identity:)`` or ``listenerClient()`` and change what differs.
public struct Configuration: Sendable {
    public enum Role: Hashable, Sendable {
        case client
        case server
    }

    /// How the peer's certificate is judged.
    public enum PeerAuthentication: Hashable, Sendable {
        /// The peer must present a certificate whose fingerprint signaling announced. Its dates and names say nothing.
        case fingerprint
        /// A server asks for no certificate. A client takes any and leaves its chain to the owner.
        case none
    }

    public var role: Role
    /// Ours. A client without one answers a CertificateRequest with an empty certificate.
    public var identity: CertificateIdentity?
    public var peerAuthentication: PeerAuthentication
    public var versions: Set<ProtocolVersion> = [.dtls12, .dtls13]
    /// In order of preference; the versions' suites may be mixed.
    public var cipherSuites = CipherSuite.preferred
    /// In order of preference.
    public var groups = NamedGroup.preferred
    /// The groups for which a client sends a key share at once.
    public var keyShareGroups: [NamedGroup] = [.x25519MLKEM768, .x25519]
    /// In order of preference. Empty: use_srtp is neither offered nor answered.
    public var srtpProfiles: [SRTPProtectionProfile]
    /// ALPN names in order of preference. A peer that sends none is welcome.
    public var applicationProtocols: [String] = []
    /// The largest datagram that is sent, in bytes, without IP and UDP headers. 256 to 65507.
    public var maximumDatagramSize = 1200
    public var initialRetransmissionTimeout: TimeInterval
    public var maximumRetransmissionTimeout: TimeInterval
    /// From the first flight to the connection.
    public var handshakeTimeout: TimeInterval = .seconds(30)
    /// True when the owner calls ``Connection/compute(at:)`` itself to run key exchanges and signatures at a time of its
    /// choice.
    public var defersComputation = false
    /// True to get the connection's secrets as ``Event/keyLog(_:)``. For debugging only.
    public var logsKeys = false

    /// For media: both sides show a certificate, signaling says which, and use_srtp yields the keys. The path is validated
    /// by ICE, so there is no cookie, and short round trips make a short timer right.
    public static func media(role: Role, identity: CertificateIdentity) -> Configuration {
        Configuration(
            role: role,
            identity: identity,
            peerAuthentication: .fingerprint,
            srtpProfiles: SRTPProtectionProfile.preferred,
            initialRetransmissionTimeout: .milliseconds(100),
            maximumRetransmissionTimeout: .milliseconds(1600)
        )
    }

    /// For TURN over DTLS: only the server shows a certificate; strangers return a cookie first (see ``Listener``).
    public static func listener(identity: CertificateIdentity) -> Configuration {
        var configuration = Configuration(
            role: .server,
            identity: identity,
            peerAuthentication: .none,
            srtpProfiles: [],
            initialRetransmissionTimeout: .seconds(1),
            maximumRetransmissionTimeout: .seconds(60)
        )
        configuration.applicationProtocols = ["stun.turn"]
        return configuration
    }

    /// For a client of such a listener.
    public static func listenerClient() -> Configuration {
        var configuration = Configuration(
            role: .client,
            identity: nil,
            peerAuthentication: .none,
            srtpProfiles: [],
            initialRetransmissionTimeout: .seconds(1),
            maximumRetransmissionTimeout: .seconds(60)
        )
        configuration.applicationProtocols = ["stun.turn"]
        return configuration
    }

    /// The versions that are wanted and have a suite.
    var enabledVersions: Set<ProtocolVersion> {
        versions.filter { version in cipherSuites.contains { $0.version == version } }
    }

    /// The suites of one version that are enabled, in order of preference.
    func cipherSuites(for version: ProtocolVersion) -> [CipherSuite] {
        versions.contains(version) ? cipherSuites.filter { $0.version == version } : []
    }
}
