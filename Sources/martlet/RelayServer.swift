import ControlPlane
import DTLSSRTP
import Engine
import Logging
import Settings
import Synchronization
import TURN
import Wire

/// The TURN server of this process between its start and its end: shards below, operators above.
final class RelayServer: ManagedServer {
    private let group: ShardGroup
    private let identity: TLSIdentity?
    private let shared: SharedState
    private let sources: SettingSources
    private let settings: Mutex<TURNSettings>
    private let isDraining = Atomic<Bool>(false)

    private init(
        group: ShardGroup,
        identity: TLSIdentity?,
        shared: SharedState,
        sources: SettingSources,
        settings: TURNSettings
    ) {
        self.group = group
        self.identity = identity
        self.shared = shared
        self.sources = sources
        self.settings = Mutex(settings)
    }

    /// Opens the listeners and starts the shards.
    ///
    /// - Throws: `SettingErrors` for what only shows on this machine (a certificate that cannot be read, a policy that this
    ///   machine's addresses make dangerous), or what the operating system refuses.
    static func start(_ settings: TURNSettings, sources: SettingSources, logger: Logger) async throws -> RelayServer {
        var generator = SystemRandomNumberGenerator()
        let shared = SharedState(relayPorts: settings.relayPorts, using: &generator)
        let configuration = try settings.machineConfiguration()
        var identity: TLSIdentity?
        if let certificate = settings.certificate {
            do throws(TLSIdentity.LoadingError) {
                identity = try TLSIdentity(certificatePath: certificate.chainPath, keyPath: certificate.keyPath)
            } catch {
                throw SettingErrors([.certificate(certificate, error)])
            }
        }
        var group = ShardGroup.Configuration(turn: configuration, shared: shared)
        group.shardCount = settings.shards
        group.udpListeners = settings.listens + settings.dtlsListens
        group.dtlsIdentity = try settings.dtlsIdentity()
        group.tcpListeners = settings.tcpListens
        group.tlsListeners = settings.tlsListens
        group.identity = identity
        group.streamLimits.totalConnections = settings.maxConnections == 0 ? .max : settings.maxConnections
        group.streamLimits.connectionsPerSource =
            settings.maxConnectionsPerSource == 0 ? .max : settings.maxConnectionsPerSource
        let server = RelayServer(
            group: try await ShardGroup.start(group),
            identity: identity,
            shared: shared,
            sources: sources,
            settings: settings
        )
        server.announce(logger)
        return server
    }

    private func announce(_ logger: Logger) {
        let settings = settings.withLock { $0 }
        for (transport, addresses) in [
            ("udp", settings.listens), ("tcp", settings.tcpListens), ("tls", settings.tlsListens),
            ("dtls", settings.dtlsListens),
        ] {
            for address in addresses {
                logger.log(.info, "listening", [.listenTransport: "\(transport)", .listenAddress: "\(address)"])
            }
        }
        logger.log(
            .info,
            "relaying",
            [
                .relayAddress: "\(settings.relayAddresses.map(\.description).joined(separator: ", "))",
                .relayPorts: "\(settings.relayPorts.lowerBound)-\(settings.relayPorts.upperBound)",
                .shardCount: "\(settings.shards)",
            ]
        )
        if settings.development {
            logger.warning(
                "DEVELOPMENT MODE: loopback addresses may be relays and peers. Never run this where others can reach it."
            )
        }
        for warning in group.bufferWarnings() { logger.warning("\(warning)") }
    }

    // MARK: ManagedServer

    func reload() async -> [SettingError] {
        let renewed: TURNSettings
        let configuration: TURN.Configuration
        let dtlsIdentity: CertificateIdentity?
        do throws(SettingErrors) {
            renewed = try sources.turnSettings()
            dtlsIdentity = try renewed.dtlsIdentity()
            configuration = try renewed.machineConfiguration()
        } catch {
            return error.errors
        }
        let current = settings.withLock { $0 }
        let fixed = current.differencesThatNeedRestart(to: renewed)
        guard fixed.isEmpty else { return fixed }
        if let identity, let certificate = renewed.certificate {
            do throws(TLSIdentity.LoadingError) {
                try identity.reload(certificatePath: certificate.chainPath, keyPath: certificate.keyPath)
            } catch {
                return [.certificate(certificate, error)]
            }
        }
        await group.reconfigure(configuration, dtlsIdentity: dtlsIdentity)
        settings.withLock { $0 = renewed }
        return []
    }

    func drain(timeout: TimeInterval) async {
        let answer = settings.withLock { $0.drainAnswer }
        isDraining.store(true, ordering: .relaxed)
        await group.drain(answering: answer.machineAnswer, timeout: timeout)
    }

    func health() async -> Health {
        Health(
            isDraining.load(ordering: .relaxed) ? .draining : .ok,
            counts: [Health.Count("allocations", UInt64(max(0, shared.allocationCount)))]
        )
    }

    func metricFamilies() async -> [MetricFamily] {
        RelayMetrics.families(
            shards: await group.snapshots(),
            streams: group.streamStatistics(),
            allocations: shared.allocationCount,
            relayPortsTaken: shared.relayPortsTaken
        )
    }
}
