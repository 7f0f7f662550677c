import Glibc
import TURN
import Wire

extension TURNSettings {
    /// Reads every setting of `reader`; what is wrong is reported there and holds its default here.
    init(reading reader: inout SettingReader, readFile: SettingSources.ReadFile) {
        // Others take their defaults from it.
        development = reader.bool(.development)
        readListeners(&reader)
        readRelay(&reader)
        readCredentials(&reader, readFile: readFile)
        readProcess(&reader)
        readLimits(&reader)
    }

    private mutating func readListeners(_ reader: inout SettingReader) {
        listens = reader.listeners(.listen)
        tcpListens = reader.listeners(.tcpListen)
        tlsListens = reader.listeners(.tlsListen)
        dtlsListens = reader.listeners(.dtlsListen, defaultPort: 5349)
        let keys: [SettingKey] = [.listen, .tcpListen, .tlsListen, .dtlsListen]
        if keys.allSatisfy({ reader.written[$0].isEmpty }) {
            let standard = TransportAddress(development ? .loopback : .any(.ipv4), port: 3478)
            listens = [standard]
            tcpListens = [standard]
        }
        let chain = reader.value(.tlsCertificate, expected: "a file", parse: Self.nonEmpty)
        let key = reader.value(.tlsKey, expected: "a file", parse: Self.nonEmpty)
        if let chain, let key {
            certificate = Certificate(chainPath: chain, keyPath: key)
        }
    }

    private mutating func readRelay(_ reader: inout SettingReader) {
        let expected = "an IP address, such as 10.0.0.7 or fd00::7"
        relayAddresses = reader.list(.relayAddress, expected: expected, parse: IPAddress.init)
        if reader.written[.relayAddress].isEmpty, development { relayAddresses = [.loopback] }
        publicIPs = reader.list(.publicIP, expected: expected, parse: IPAddress.init)
        relayPorts =
            reader.value(
                .relayPorts,
                expected: "MIN-MAX within 1024-65535, such as 49152-65535",
                parse: { text in PortRange.parse(text).flatMap { $0.lowerBound >= 1024 ? $0 : nil } }
            ) ?? relayPorts
        allowPeers = reader.list(.allowPeer) { text in
            Result { () throws(ConfigurationError) in try AllowedPeer(text) }
        }
        allowWidePrefix = reader.bool(.allowWidePrefix)
    }

    private mutating func readCredentials(_ reader: inout SettingReader, readFile: SettingSources.ReadFile) {
        let name = reader.value(
            .namespace,
            expected: "1 to 64 letters, digits, dots, hyphens and underscores",
            parse: { Self.isNamespace($0) ? $0 : nil }
        )
        namespace = name ?? (development ? "development" : "")
        realm =
            reader.value(
                .realm,
                expected: "1 to 127 characters without quotation marks",
                parse: { (1...127).contains($0.count) && !$0.contains("\"") ? $0 : nil }
            ) ?? namespace
        var hasWeakSecret = reader.written[.authSecret].contains { Self.isWeak($0.text.trimmingSpaces) }
        authSecrets = reader.list(.authSecret, expected: "a secret that is not empty") { text in
            text.isEmpty ? nil : SharedSecret(text)
        }
        if let path = reader.value(.authSecretFile, expected: "a file", parse: Self.nonEmpty) {
            do throws(SecretFile.Unusable) {
                let texts = try SecretFile.read(path, readFile: readFile)
                for secret in texts.map(SharedSecret.init) where !authSecrets.contains(secret) {
                    authSecrets.append(secret)
                }
                hasWeakSecret = hasWeakSecret || texts.contains(where: Self.isWeak)
            } catch {
                reader.report(.authSecretFile, reader.written[.authSecretFile].first, expected: error.expectation)
            }
        }
        if hasWeakSecret {
            warnings.append("a secret is shorter than 16 bytes: `openssl rand -base64 32` makes a good one")
        }
        users = reader.list(.user, expected: "NAME:PASSWORD, neither of them empty", parse: { StaticUser($0) })
    }

    private mutating func readProcess(_ reader: inout SettingReader) {
        let cores = Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        shards = Int(reader.number(.shards, in: 1...256, default: min(max(cores, 1), 256)))
        metricsListen =
            reader.written[.metricsListen].first?.text == "off"
            ? nil : reader.listener(.metricsListen) ?? TransportAddress(.loopback, port: 9641)
        logLevel = reader.choice(.logLevel, default: .info)
        logFormat = reader.choice(.logFormat, default: .text)
        stun = reader.value(.stun, expected: "on or off", parse: SettingReader.parseBool) ?? true
        drainTimeout = .seconds(reader.number(.drainTimeout, in: 0...86_400, default: 30))
        let alternate = reader.listener(.alternateServer)
        let answer = reader.value(.drainAnswer, expected: "486 or 300") { ["486", "300"].contains($0) ? $0 : nil }
        if answer == "300" {
            if let alternate {
                drainAnswer = .tryAlternate(alternate)
            } else if reader.written[.alternateServer].isEmpty {
                reader.report(
                    .alternateServer,
                    nil,
                    expected: "ADDRESS:PORT of the server to name when drain_answer is 300"
                )
            }
        } else if alternate != nil {
            reader.report(
                .alternateServer,
                reader.written[.alternateServer].first,
                expected: "drain_answer 300 beside it; without that no client is told of it"
            )
        }
    }

    private mutating func readLimits(_ reader: inout SettingReader) {
        let count: ClosedRange<Int64> = 0...10_000_000
        userQuota = Int(reader.number(.userQuota, in: count, default: 0))
        sourceQuota = Int(reader.number(.sourceQuota, in: count, default: 0))
        totalQuota = Int(reader.number(.totalQuota, in: count, default: 0))
        let rate: ClosedRange<Int64> = 0...1_000_000_000_000
        maxBitsPerSecond = reader.number(.maxBitsPerSecond, in: rate, default: 0)
        totalMaxBitsPerSecond = reader.number(.totalMaxBitsPerSecond, in: rate, default: 0)
        maxPermissions = Int(reader.number(.maxPermissions, in: 1...1024, default: 32))
        maxChannels = Int(reader.number(.maxChannels, in: 1...1024, default: 32))
        // RFC 8656 section 7.2: the maximum should be at most an hour; below 600 s it would undercut the default.
        maxLifetime = .seconds(reader.number(.maxLifetime, in: 600...3600, default: 3600))
        // RFC 8656 section 5: a nonce should expire at least every hour.
        nonceLifetime = .seconds(reader.number(.nonceLifetime, in: 30...3600, default: 600))
        replyLimit = Int(reader.number(.replyLimit, in: 0...1_000_000, default: 100))
        strictExpiry = reader.bool(.strictExpiry)
        dualAllocation = reader.bool(.dualAllocation)
        evenPortReservation = reader.bool(.evenPortReservation)
        rfc5766Channels = reader.bool(.rfc5766Channels)
        maxConnections = Int(reader.number(.maxConnections, in: count, default: 10_000))
        maxConnectionsPerSource = Int(reader.number(.maxConnectionsPerSource, in: count, default: 0))
    }

    private static func isWeak(_ secret: String) -> Bool {
        secret.utf8.count < 16
    }

    private static func nonEmpty(_ text: String) -> String? {
        text.isEmpty ? nil : text
    }

    /// Whether a text can stand between the colons of a credential's user name.
    public static func isNamespace(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension IPAddress {
    static let loopback = IPAddress(ipv4: 127, 0, 0, 1)
}
