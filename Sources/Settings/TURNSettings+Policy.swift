public import TURN
public import Wire

extension TURNSettings {
    /// Who may make allocations.
    public var credentialPolicy: CredentialPolicy {
        CredentialPolicy(
            secrets: authSecrets,
            namespace: namespace,
            staticUsers: users,
            judgesExpiryAtRefresh: strictExpiry
        )
    }

    /// Which peers exist, after the policy has asked itself about what an attacker would try first.
    ///
    /// - Parameter localAddresses: This machine's addresses: what a listener on a wildcard address stands for.
    /// - Throws: The first rule that cannot be, or the first address that the self-check found open.
    public func peerPolicy(localAddresses: [IPAddress] = []) throws(ConfigurationError) -> PeerPolicy {
        let policy = try PeerPolicy(
            rules: allowPeers,
            ownEndpoints: ownEndpoints(localAddresses: localAddresses),
            allowsWidePrefixes: allowWidePrefix,
            isDevelopment: development
        )
        try policy.selfCheck(publicAddresses: publicIPs)
        return policy
    }

    /// What this process listens on, and the addresses that it is known by: never peers.
    func ownEndpoints(localAddresses: [IPAddress]) -> [OwnEndpoint] {
        var endpoints = publicIPs.map(OwnEndpoint.init(wholeAddress:))
        endpoints += relayAddresses.map { OwnEndpoint($0, ports: relayPorts) }
        for listener in listens + tcpListens + tlsListens + dtlsListens + (metricsListen.map { [$0] } ?? []) {
            let addresses =
                listener.ip.isUnspecified
                ? localAddresses.filter { $0.family == listener.ip.family || listener.ip.family == .ipv6 }
                : [listener.ip]
            endpoints += addresses.map { OwnEndpoint($0, ports: listener.port...listener.port) }
        }
        return endpoints
    }
}
