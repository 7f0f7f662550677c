import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle
public import Wire

/// The HTTP listener of operators: `/metrics` for Prometheus and `/health` for probes. Neither asks for a token, so it
/// belongs on a loopback or private address.
///
/// Put it before the server in a `ServiceGroup`: services end in reverse, and a draining server is still seen.
public struct MetricsListener: Service {
    private let address: TransportAddress
    private let logger: Logger
    private let families: @Sendable () async -> [MetricFamily]
    private let health: @Sendable () async -> Health
    private let running: (stream: AsyncStream<UInt16>, continuation: AsyncStream<UInt16>.Continuation)

    /// - Parameters:
    ///   - address: Where to listen; port 0 takes a free one, see ``boundPort()``.
    ///   - families: Asked at each scrape.
    ///   - health: Asked at each probe; `draining` is answered with 503.
    public init(
        address: TransportAddress,
        logger: Logger,
        families: @escaping @Sendable () async -> [MetricFamily],
        health: @escaping @Sendable () async -> Health
    ) {
        self.address = address
        self.logger = logger
        self.families = families
        self.health = health
        self.running = AsyncStream.makeStream(of: UInt16.self)
    }

    /// Waits until the listener accepts connections. Ask once. Nil when the task was cancelled or the listener ended first.
    public func boundPort() async -> UInt16? {
        for await port in running.stream { return port }
        return nil
    }

    /// Serves until graceful shutdown or cancellation.
    public func run() async throws {
        let running = running.continuation
        defer { running.finish() }
        let router = Router()
        router.get("metrics") { [families] _, _ in
            Self.response(.ok, type: PrometheusText.contentType, PrometheusText.render(await families()))
        }
        router.get("health") { [health] _, _ in
            let health = await health()
            return Self.response(
                health.status == .ok ? .ok : .serviceUnavailable,
                type: "application/json",
                health.json
            )
        }
        // The library's own lines say little that ours do not.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname("\(address.ip)", port: Int(address.port)),
                serverName: nil
            ),
            onServerRunning: { [logger, address] channel in
                let port = UInt16(exactly: channel.localAddress?.port ?? 0) ?? 0
                logger.log(.info, "metrics are served", [.listenAddress: "\(address.ip)", .listenPort: "\(port)"])
                running.yield(port)
            },
            logger: quiet
        )
        try await application.run()
    }

    private static func response(_ status: HTTPResponse.Status, type: String, _ text: String) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
