/// One setting of `martlet turn`, named once; its three spellings follow from the flag.
///
/// `allow-peer` is the flag `--allow-peer`, the file's key `allow_peers` (a list's key is the plural; the singular is read
/// as well) and the environment's `MARTLET_TURN_ALLOW_PEERS`.
public enum SettingKey: String, CaseIterable, Sendable {
    case listen
    case tcpListen = "tcp-listen"
    case tlsListen = "tls-listen"
    case dtlsListen = "dtls-listen"
    case tlsCertificate = "tls-certificate"
    case tlsKey = "tls-key"
    case relayAddress = "relay-address"
    case relayPorts = "relay-ports"
    case publicIP = "public-ip"
    case realm
    case namespace
    case authSecret = "auth-secret"
    case authSecretFile = "auth-secret-file"
    case user
    case allowPeer = "allow-peer"
    case allowWidePrefix = "allow-wide-prefix"
    case shards
    case metricsListen = "metrics-listen"
    case metricsPublic = "metrics-public"
    case logLevel = "log-level"
    case logFormat = "log-format"
    case development
    case stun
    case userQuota = "user-quota"
    case sourceQuota = "source-quota"
    case totalQuota = "total-quota"
    case maxBitsPerSecond = "max-bps"
    case totalMaxBitsPerSecond = "total-max-bps"
    case maxPermissions = "max-permissions"
    case maxChannels = "max-channels"
    case maxLifetime = "max-lifetime"
    case nonceLifetime = "nonce-lifetime"
    case replyLimit = "reply-limit"
    case strictExpiry = "strict-expiry"
    case dualAllocation = "dual-allocation"
    case evenPortReservation = "even-port-reservation"
    case rfc5766Channels = "rfc5766-channels"
    case maxConnections = "max-connections"
    case maxConnectionsPerSource = "max-connections-per-source"
    case drainTimeout = "drain-timeout"
    case drainAnswer = "drain-answer"
    case alternateServer = "alternate-server"

    /// Whether the setting may be given more than once.
    public var isList: Bool {
        switch self {
        case .listen, .tcpListen, .tlsListen, .dtlsListen, .relayAddress, .publicIP, .authSecret, .user, .allowPeer:
            true
        default: false
        }
    }

    /// Whether its value must not appear in a message.
    public var isSecret: Bool {
        switch self {
        case .authSecret, .user: true
        default: false
        }
    }

    /// The key in a YAML file.
    public var fileKey: String {
        isList ? singularFileKey + (self == .relayAddress ? "es" : "s") : singularFileKey
    }

    /// The key of a single value: of a list it is read as well.
    var singularFileKey: String {
        String(rawValue.map { $0 == "-" ? "_" : $0 })
    }

    /// The environment variable. Values of a list are separated by commas.
    public var environmentName: String {
        Self.environmentPrefix + fileKey.uppercased()
    }

    static let environmentPrefix = "MARTLET_TURN_"

    /// The setting of a file's key in either number.
    init?(fileKey: String) {
        guard let key = Self.allCases.first(where: { $0.fileKey == fileKey || $0.singularFileKey == fileKey }) else {
            return nil
        }
        self = key
    }
}
