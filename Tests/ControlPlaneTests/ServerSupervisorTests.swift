import ControlPlane
import Glibc
import Logging
import ServiceLifecycle
import Settings
import Synchronization
import Testing
import Wire

@Suite("A server's life")
struct ServerSupervisorTests {
    private final class Server: ReloadableServer {
        let calls = Mutex<[String]>([])
        let errors: [SettingError]

        init(errors: [SettingError] = []) { self.errors = errors }

        func reload() async -> [SettingError] {
            calls.withLock { $0.append("reload") }
            return errors
        }

        func drain(timeout: TimeInterval) async {
            calls.withLock { $0.append("drain \(timeout.wholeSeconds)") }
        }
    }

    /// Runs a supervisor, waits for systemd's READY, asks for a reload, shuts down, and returns what systemd was told.
    private func life(of server: Server, socket: String) async throws -> [String] {
        let systemd = try DatagramReceiver(name: socket)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let reloads = AsyncStream.makeStream(of: Void.self)
        let supervisor = ServerSupervisor(
            server: server,
            drainTimeout: .seconds(7),
            notifier: SystemdNotifier(environment: ["NOTIFY_SOCKET": socket]),
            logger: quiet,
            reloads: reloads.stream
        )
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [supervisor], logger: quiet))
        var told: [String] = []
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            told.append(await systemd.next() ?? "nothing")
            reloads.continuation.yield()
            told.append(await systemd.next() ?? "nothing")
            told.append(await systemd.next() ?? "nothing")
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            told.append(await systemd.next() ?? "nothing")
        }
        return told
    }

    @Test func `ready, reload on request, drain at shutdown`() async throws {
        let server = Server()
        let told = try await life(of: server, socket: "@martlet-life-\(getpid())")
        #expect(
            told == [
                "READY=1\nSTATUS=serving", "RELOADING=1\nSTATUS=reloading", "READY=1\nSTATUS=serving",
                "STOPPING=1\nSTATUS=draining",
            ]
        )
        #expect(server.calls.withLock { $0 } == ["reload", "drain 7"])
    }

    @Test func `a refused reload leaves the server running and says so`() async throws {
        let server = Server(errors: [SettingError(key: "realm", expectation: "another")])
        let told = try await life(of: server, socket: "@martlet-refused-\(getpid())")
        #expect(told[2].hasPrefix("READY=1\nSTATUS=serving; the last reload was refused"))
        #expect(server.calls.withLock { $0 } == ["reload", "drain 7"])
    }
}
