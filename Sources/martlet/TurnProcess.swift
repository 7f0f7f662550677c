import ControlPlane
import Logging
import ServiceLifecycle
import Settings
import UnixSignals

/// What stands around a TURN server in a process of its own: log, metrics, signals, systemd.
enum TurnProcess {
    static func logger(_ settings: TURNSettings) -> Logger {
        // The raw values are swift-log's names.
        let level = Logger.Level(rawValue: settings.logLevel.rawValue) ?? .info
        var logger = Logger(label: "turn") { label in
            StandardErrorLogHandler(label: label, level: level, format: settings.logFormat == .json ? .json : .text)
        }
        logger[metadataKey: LogKey.namespace.rawValue] = "\(settings.namespace)"
        return logger
    }

    /// Runs until SIGTERM or SIGINT has drained a started server. SIGHUP reloads it.
    static func run(_ server: any ManagedServer, settings: TURNSettings, logger: Logger) async throws {
        var services: [any Service] = []
        var ready: @Sendable () async -> Void = {}
        if let address = settings.metricsListen {
            let listener = MetricsListener(
                address: address,
                logger: logger,
                families: { await server.metricFamilies() },
                health: { await server.health() }
            )
            services.append(listener)
            ready = { _ = await listener.boundPort() }
        }
        services.append(
            ServerSupervisor(
                server: server,
                drainTimeout: settings.drainTimeout,
                notifier: SystemdNotifier(environment: ProcessEnvironment.variables),
                logger: logger,
                ready: ready
            )
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: $0,
                        successTerminationBehavior: .gracefullyShutdownGroup
                    )
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        try await group.run()
    }
}
