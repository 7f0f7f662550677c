public import Wire

extension PeerPolicy {
    /// Asks the policy about addresses that an attacker would try first, before the server listens.
    ///
    /// Every address that no rule names exactly must be refused; for every IPv4 address that is named, its 255 neighbours are
    /// asked about too.
    ///
    /// - Parameter publicAddresses: The addresses under which this machine is known.
    /// - Throws: The first probe that was let through: the server must not start.
    public func selfCheck(publicAddresses: [IPAddress] = []) throws(ConfigurationError) {
        var probes = PeerPolicy.probes
        probes += publicAddresses
        for rule in rules {
            guard let value = rule.ip.ipv4Value, rule.isExact else { continue }
            for last in UInt32(0)...255 { probes.append(IPAddress(ipv4: value & 0xFFFF_FF00 | last)) }
        }
        for probe in probes where !isMeant(probe) {
            let isOpen =
                judge(probe) == .allowed
                || PeerPolicy.probePorts.contains { judge(TransportAddress(probe, port: $0)) == .allowed }
            guard !isOpen else {
                throw ConfigurationError(
                    key: "allow_peers",
                    value: "\(probe)",
                    expected: "a policy that refuses this address: the self-check found it open"
                )
            }
        }
        for rule in rules where judge(TransportAddress(rule.ip, port: 0)) == .allowed {
            throw ConfigurationError(key: "allow_peers", value: "\(rule)", expected: "a policy that refuses port 0")
        }
    }

    /// Somebody wrote this address, or the prefix that it is in. A disguise is judged as what it hides.
    private func isMeant(_ probe: IPAddress) -> Bool {
        guard case .address(let ip) = CanonicalPeer(probe) else { return false }
        return rules.contains { $0.contains(ip) } && (!PeerPolicy.isNeverAPeer(ip) || opensNamedLoopback)
    }

    private static let probePorts: [UInt16] = [0, 1, 22, 80, 443, 3478, 5432, 20000, 49152, 65535]

    private static let probes: [IPAddress] = [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::", "::1", "::ffff:127.0.0.1", "::127.0.0.1",
        "::ffff:0.0.0.0", "::ffff:169.254.169.254", "169.254.169.254", "fe80::1", "224.0.0.1", "ff02::1",
        "255.255.255.255", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "8.8.8.8", "2606:4700:4700::1111",
        "fd00::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a00:1::",
        "2001:0:7f00:1::", "::ffff:0:127.0.0.1",
    ].compactMap { IPAddress($0) }
}
