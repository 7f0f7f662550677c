import TURN
import Wire

extension TURNSettings {
    /// Judges settings beside each other: reports what must not be, notes what is worth a warning.
    mutating func judge(_ reader: inout SettingReader, readFile: SettingSources.ReadFile) {
        judgeListeners(&reader)
        judgeCertificate(&reader, readFile: readFile)
        judgeRelay(&reader)
        judgeCredentials(&reader)
        judgePeers(&reader)
        judgeMetrics(&reader)
    }

    private func judgeListeners(_ reader: inout SettingReader) {
        for address in tlsListens where tcpListens.contains(address) {
            let value = reader.written[.tlsListen].first { TransportAddress($0.text.trimmingSpaces) == address }
            reader.report(.tlsListen, value, expected: "another address or port than tcp_listens has")
        }
        for address in dtlsListens where listens.contains(address) {
            let value = reader.written[.dtlsListen].first { TransportAddress($0.text.trimmingSpaces) == address }
            reader.report(.dtlsListen, value, expected: "an address or port that listens has not: each takes both")
        }
        for address in listens where relayPorts.contains(address.port) {
            guard address.ip.isUnspecified || relayAddresses.contains(address.ip) else { continue }
            let value = reader.written[.listen].first { TransportAddress($0.text.trimmingSpaces) == address }
            reader.report(
                .listen,
                value,
                expected: "a port outside relay_ports \(relayPorts.lowerBound)-\(relayPorts.upperBound)"
            )
        }
    }

    private mutating func judgeCertificate(_ reader: inout SettingReader, readFile: SettingSources.ReadFile) {
        let certificateKeys: [SettingKey] = [.tlsCertificate, .tlsKey]
        for key in certificateKeys {
            guard let value = reader.written[key].first else {
                for user in [SettingKey.tlsListen, .dtlsListen] where !reader.written[user].isEmpty {
                    reader.report(key, nil, expected: "a PEM file, because \(user.fileKey) is set")
                }
                continue
            }
            let mark = key == .tlsCertificate ? "CERTIFICATE-----" : "PRIVATE KEY-----"
            switch readFile(value.text.trimmingSpaces) {
            case .success(let text) where text.contains(mark): break
            case .success:
                reader.report(key, value, expected: "a PEM file with a line -----BEGIN \(mark)")
            case .failure(let error):
                reader.report(key, value, expected: "a readable PEM file (\(error.reason))")
            }
        }
        if tlsListens.isEmpty, dtlsListens.isEmpty, certificate != nil {
            warnings.append("tls_certificate is not used: there is no tls_listens and no dtls_listens")
        }
    }

    private mutating func judgeRelay(_ reader: inout SettingReader) {
        if relayAddresses.isEmpty, reader.written[.relayAddress].isEmpty {
            reader.report(
                .relayAddress,
                nil,
                expected: "the address from which relayed packets reach the SFU, such as 10.0.0.7"
            )
        }
        var families: Set<IPAddress.Family> = []
        for value in reader.written[.relayAddress] {
            guard let address = IPAddress(value.text.trimmingSpaces) else { continue }
            if address.isUnspecified || address.isMulticast || address.isLinkLocal {
                reader.report(.relayAddress, value, expected: "one address of this machine that peers can answer to")
            } else if address.isLoopback, !development {
                reader.report(.relayAddress, value, expected: "an address that is not loopback, or --development")
            }
            if !families.insert(address.family).inserted {
                reader.report(.relayAddress, value, expected: "one address per family, IPv4 and IPv6")
            }
        }
        if relayPorts.count < 100 {
            warnings.append("relay_ports has \(relayPorts.count) ports: that many allocations at most")
        }
    }

    private mutating func judgeCredentials(_ reader: inout SettingReader) {
        if namespace.isEmpty, reader.written[.namespace].isEmpty {
            reader.report(.namespace, nil, expected: "the namespace that this server is for")
        }
        let keys: [SettingKey] = [.authSecret, .authSecretFile, .user]
        if keys.allSatisfy({ reader.written[$0].isEmpty }) {
            reader.report(
                .authSecret,
                nil,
                expected: "auth_secrets, auth_secret_file or users: nobody relays without credentials"
            )
        }
        for key in [SettingKey.authSecret, .user] {
            if case .flag(let flag)? = reader.written[key].first?.origin, !development {
                warnings.append("\(flag) shows in the process list: use a file")
            }
        }
        var names: Set<String> = []
        for value in reader.written[.user] {
            guard let user = StaticUser(value.text.trimmingSpaces), !names.insert(user.name).inserted else { continue }
            reader.report(.user, value, expected: "each user name once")
        }
    }

    private mutating func judgePeers(_ reader: inout SettingReader) {
        if reader.written[.allowPeer].isEmpty {
            reader.report(
                .allowPeer,
                nil,
                expected: "the SFU's address and media ports, such as 10.0.0.2:20000-20499; every other peer is refused"
            )
        }
        let endpoints = ownEndpoints(localAddresses: [])
        for rule in allowPeers {
            let value = reader.written[.allowPeer].first { (try? AllowedPeer($0.text.trimmingSpaces)) == rule }
            if !rule.isExact, !allowWidePrefix {
                reader.report(.allowPeer, value, expected: "a single address, or --allow-wide-prefix")
                continue
            }
            if !relayAddresses.isEmpty, !relayAddresses.contains(where: { $0.family == rule.ip.family }) {
                reader.report(.allowPeer, value, expected: "a family that relay_addresses has")
            }
            do throws(ConfigurationError) {
                _ = try PeerPolicy(
                    rules: [rule],
                    ownEndpoints: endpoints,
                    allowsWidePrefixes: allowWidePrefix,
                    isDevelopment: development
                )
            } catch {
                reader.report(.allowPeer, value, expected: error.expected)
            }
            if rule.namesNoPorts {
                warnings.append("allow_peers \(rule) names no ports: every port of that peer can be reached")
            }
        }
    }

    private func judgeMetrics(_ reader: inout SettingReader) {
        let allowed = reader.bool(.metricsPublic)
        guard let address = metricsListen, !address.ip.isLoopback, !allowed else { return }
        reader.report(
            .metricsListen,
            reader.written[.metricsListen].first,
            expected: "a loopback address, or --metrics-public"
        )
    }
}
