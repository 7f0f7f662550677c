public import Logging
public import ServiceLifecycle
import UnixSignals
public import Wire

/// Leads a running server through its life: ready, reload at SIGHUP, drain at graceful shutdown; and tells systemd.
///
/// The server is started before and stopped after `run()`. SIGTERM and SIGINT are the `ServiceGroup`'s.
public struct ServerSupervisor: Service {
    private let server: any ReloadableServer
    private let drainTimeout: TimeInterval
    private let notifier: SystemdNotifier?
    private let logger: Logger
    private let ready: @Sendable () async -> Void
    private let reloads: AsyncStream<Void>?

    /// - Parameters:
    ///   - drainTimeout: How long a graceful shutdown waits for the last allocation.
    ///   - reloads: Asks for a reload with each element; by default SIGHUP does.
    ///   - ready: Returns when everything beside the server is up; only then systemd is told.
    public init(
        server: any ReloadableServer,
        drainTimeout: TimeInterval,
        notifier: SystemdNotifier?,
        logger: Logger,
        reloads: AsyncStream<Void>? = nil,
        ready: @escaping @Sendable () async -> Void = {}
    ) {
        self.server = server
        self.drainTimeout = drainTimeout
        self.notifier = notifier
        self.logger = logger
        self.reloads = reloads
        self.ready = ready
    }

    public func run() async throws {
        if let reloads {
            await run(reloadingAt: reloads)
        } else {
            let hangUps = await UnixSignalsSequence(trapping: .sighup)
            await run(reloadingAt: hangUps)
            // With the last reference SIGHUP would end the process again, in the middle of a drain.
            withExtendedLifetime(hangUps) {}
        }
    }

    private func run<Reloads: AsyncSequence & Sendable>(reloadingAt reloads: Reloads) async
    where Reloads.Failure == Never {
        await ready()
        notifier?.notify(.ready, .status("serving"))
        logger.info("ready")
        await cancelWhenGracefulShutdown {
            for await _ in reloads { await reload() }
        }
        notifier?.notify(.stopping, .status("draining"))
        logger.log(.notice, "draining", [.drainTimeoutSeconds: "\(drainTimeout.wholeSeconds)"])
        await server.drain(timeout: drainTimeout)
        logger.info("drained")
    }

    private func reload() async {
        notifier?.notify(.reloading, .status("reloading"))
        let errors = await server.reload()
        for error in errors {
            logger.log(.error, "the configuration was not taken over", [.configurationError: "\(error)"])
        }
        if errors.isEmpty { logger.notice("the configuration was taken over") }
        notifier?.notify(
            .ready,
            .status(errors.isEmpty ? "serving" : "serving; the last reload was refused, see the log")
        )
    }
}
