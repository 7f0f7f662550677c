import Engine
import Settings
import TURN
import Wire

extension TURNSettings {
    /// What the machine of each shard follows.
    ///
    /// - Throws: `SettingErrors`, for what only this machine's addresses show.
    func machineConfiguration() throws(SettingErrors) -> TURN.Configuration {
        do throws(ConfigurationError) {
            var configuration = try serverConfiguration(localAddresses: NetworkInterfaces.addresses())
            configuration.software = "martlet \(Version.current)"
            return configuration
        } catch {
            throw SettingErrors([SettingError(key: error.key, value: error.value, expectation: error.expected)])
        }
    }

    /// What a reload cannot change because sockets and threads are made at start.
    func differencesThatNeedRestart(to renewed: TURNSettings) -> [SettingError] {
        let pairs: [(SettingKey, String, String)] = [
            (.listen, "\(listens)", "\(renewed.listens)"),
            (.tcpListen, "\(tcpListens)", "\(renewed.tcpListens)"),
            (.tlsListen, "\(tlsListens)", "\(renewed.tlsListens)"),
            (.dtlsListen, "\(dtlsListens)", "\(renewed.dtlsListens)"),
            (.relayAddress, "\(relayAddresses)", "\(renewed.relayAddresses)"),
            (.relayPorts, "\(relayPorts)", "\(renewed.relayPorts)"),
            (.shards, "\(shards)", "\(renewed.shards)"),
            (.metricsListen, "\(metricsListen, default: "off")", "\(renewed.metricsListen, default: "off")"),
            (.namespace, namespace, renewed.namespace),
            (.realm, realm, renewed.realm),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { key, old, new in
            SettingError(key: key.fileKey, value: new, expectation: "\(old), as at start: a change needs a restart")
        }
    }
}

extension TURNSettings.DrainAnswer {
    var machineAnswer: TURN.DrainAnswer {
        switch self {
        case .quotaReached: .quotaReached
        case .tryAlternate(let address):
            address.ip.family == .ipv4
                ? .alternateServer(ipv4: address, ipv6: nil) : .alternateServer(ipv4: nil, ipv6: address)
        }
    }
}
