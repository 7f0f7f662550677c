import ControlPlane
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Wire

@Suite("The listener for metrics and health")
struct MetricsListenerTests {
    /// Runs a listener on a free port for as long as `body` takes, under a service group, and ends it gracefully.
    private func withListener(
        health: Health = Health(.ok),
        _ body: (UInt16) async throws -> Void
    ) async throws {
        let counter = ScrapeCounter()
        let listener = MetricsListener(
            address: TransportAddress(IPAddress(ipv4: 127, 0, 0, 1), port: 0),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            families: {
                [MetricFamily(name: "scrapes_total", help: "Scrapes.", kind: .counter, value: .integer(counter.next()))]
            },
            health: { health }
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [listener],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = try #require(await listener.boundPort())
            try await body(port)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    @Test func `metrics are rendered anew at each scrape, with the format's content type`() async throws {
        try await withListener { port in
            let first = try await HTTPProbe.get("/metrics", port: port)
            #expect(first.head.hasPrefix("HTTP/1.1 200"))
            #expect(first.head.lowercased().contains("content-type: text/plain; version=0.0.4; charset=utf-8"))
            #expect(first.body == "# HELP scrapes_total Scrapes.\n# TYPE scrapes_total counter\nscrapes_total 1\n")
            let second = try await HTTPProbe.get("/metrics", port: port)
            #expect(second.body.hasSuffix("scrapes_total 2\n"))
        }
    }

    @Test func `a healthy server answers 200 with its counts`() async throws {
        try await withListener(health: Health(.ok, counts: [.init("allocations", 3)])) { port in
            let answer = try await HTTPProbe.get("/health", port: port)
            #expect(answer.head.hasPrefix("HTTP/1.1 200"))
            #expect(answer.head.lowercased().contains("content-type: application/json"))
            #expect(answer.body == "{\"status\":\"ok\",\"allocations\":3}\n")
        }
    }

    @Test func `a draining server answers 503`() async throws {
        try await withListener(health: Health(.draining)) { port in
            let answer = try await HTTPProbe.get("/health", port: port)
            #expect(answer.head.hasPrefix("HTTP/1.1 503"))
            #expect(answer.body == "{\"status\":\"draining\"}\n")
        }
    }

    @Test func `nothing else is there`() async throws {
        try await withListener { port in
            let answer = try await HTTPProbe.get("/", port: port)
            #expect(answer.head.hasPrefix("HTTP/1.1 404"))
        }
    }
}

private final class ScrapeCounter: Sendable {
    private let count = Atomic<UInt64>(0)

    func next() -> UInt64 {
        count.wrappingAdd(1, ordering: .relaxed).newValue
    }
}
