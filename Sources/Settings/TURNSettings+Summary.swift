import Wire

extension TURNSettings {
    /// What was understood, for a person: file keys and values in the order of ``SettingKey``, secrets only counted.
    public var summary: [(key: String, value: String)] {
        var lines: [(key: String, value: String)] = []
        func add(_ key: SettingKey, _ value: String) { lines.append((key.fileKey, value)) }
        func list(_ values: [some CustomStringConvertible]) -> String {
            values.isEmpty ? "none" : values.map(\.description).joined(separator: ", ")
        }
        func limit(_ value: some BinaryInteger) -> String { value == 0 ? "unlimited" : "\(value)" }

        add(.listen, list(listens))
        add(.tcpListen, list(tcpListens))
        add(.tlsListen, list(tlsListens))
        add(.dtlsListen, list(dtlsListens))
        if let certificate {
            add(.tlsCertificate, certificate.chainPath)
            add(.tlsKey, certificate.keyPath)
        }
        add(.relayAddress, list(relayAddresses))
        add(.relayPorts, "\(relayPorts.lowerBound)-\(relayPorts.upperBound)")
        if !publicIPs.isEmpty { add(.publicIP, list(publicIPs)) }
        add(.realm, realm)
        add(.namespace, namespace)
        add(.authSecret, "\(authSecrets.count)")
        add(.user, "\(users.count)")
        add(.allowPeer, list(allowPeers))
        add(.shards, "\(shards)")
        add(.metricsListen, metricsListen.map(\.description) ?? "off")
        add(.logLevel, logLevel.rawValue)
        add(.logFormat, logFormat.rawValue)
        add(.development, "\(development)")
        add(.stun, stun ? "on" : "off")
        add(.userQuota, limit(userQuota))
        add(.sourceQuota, limit(sourceQuota))
        add(.totalQuota, limit(totalQuota))
        add(.maxBitsPerSecond, limit(maxBitsPerSecond))
        add(.totalMaxBitsPerSecond, limit(totalMaxBitsPerSecond))
        add(.maxPermissions, "\(maxPermissions)")
        add(.maxChannels, "\(maxChannels)")
        add(.maxLifetime, "\(maxLifetime.wholeSeconds)")
        add(.nonceLifetime, "\(nonceLifetime.wholeSeconds)")
        add(.replyLimit, "\(replyLimit)")
        add(.strictExpiry, "\(strictExpiry)")
        add(.dualAllocation, "\(dualAllocation)")
        add(.evenPortReservation, "\(evenPortReservation)")
        add(.rfc5766Channels, "\(rfc5766Channels)")
        add(.maxConnections, limit(maxConnections))
        add(.maxConnectionsPerSource, limit(maxConnectionsPerSource))
        add(.drainTimeout, "\(drainTimeout.wholeSeconds)")
        switch drainAnswer {
        case .quotaReached: add(.drainAnswer, "486")
        case .tryAlternate(let server):
            add(.drainAnswer, "300")
            add(.alternateServer, "\(server)")
        }
        return lines
    }
}
