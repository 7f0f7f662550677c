public import TURN
public import Wire

extension TURNSettings {
    /// What the TURN machine of each shard is told.
    ///
    /// - Parameter localAddresses: This machine's addresses: what a listener on a wildcard address stands for.
    /// - Throws: The first setting that no server can follow.
    public func serverConfiguration(localAddresses: [IPAddress]) throws(ConfigurationError) -> TURN.Configuration {
        var configuration = TURN.Configuration(
            realm: realm,
            ipv4RelayAddress: relayAddresses.first { $0.family == .ipv4 },
            ipv6RelayAddress: relayAddresses.first { $0.family == .ipv6 },
            credentials: credentialPolicy,
            policy: try peerPolicy(localAddresses: localAddresses)
        )
        // Both ranges were judged when they were read: 600-3600 and 30-3600.
        configuration.maximumLifetimeSeconds = UInt32(clamping: maxLifetime.wholeSeconds)
        configuration.nonceLifetimeSeconds = UInt32(clamping: nonceLifetime.wholeSeconds)
        configuration.maximumPermissions = maxPermissions
        configuration.maximumChannels = maxChannels
        configuration.quotas = AllocationQuotas(perUser: userQuota, perSource: sourceQuota, total: totalQuota)
        configuration.allocationBitsPerSecond = UInt64(clamping: maxBitsPerSecond)
        configuration.totalBitsPerSecond = UInt64(clamping: totalMaxBitsPerSecond)
        configuration.answersBinding = stun
        configuration.allowsDualAllocation = dualAllocation
        configuration.allowsEvenPortReservation = evenPortReservation
        configuration.allowsRFC5766Channels = rfc5766Channels
        try configuration.validate()
        return configuration
    }
}
