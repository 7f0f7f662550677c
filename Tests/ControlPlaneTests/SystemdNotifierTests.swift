import ControlPlane
import Glibc
import Testing

@Suite("Notifications to systemd")
struct SystemdNotifierTests {
    @Test(
        "a socket gets the states of one call in one message",
        arguments: ["@martlet-test-\(getpid())", "/tmp/martlet-test-\(getpid())"]
    )
    func sends(name: String) async throws {
        let receiver = try DatagramReceiver(name: name)
        let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": name]))
        #expect(notifier.notify(.ready, .status("serving\nwell")))
        #expect(await receiver.next() == "READY=1\nSTATUS=serving well")
        #expect(notifier.notify(.reloading))
        #expect(await receiver.next() == "RELOADING=1")
        #expect(notifier.notify(.stopping))
        #expect(await receiver.next() == "STOPPING=1")
    }

    @Test("there is none without a usable name", arguments: ["", "relative", "/" + String(repeating: "a", count: 200)])
    func refuses(name: String) {
        #expect(SystemdNotifier(environment: ["NOTIFY_SOCKET": name]) == nil)
        #expect(SystemdNotifier(environment: [:]) == nil)
    }

    @Test func `nobody at the socket is no trap`() throws {
        let notifier = try #require(SystemdNotifier(environment: ["NOTIFY_SOCKET": "/tmp/martlet-nobody-\(getpid())"]))
        #expect(!notifier.notify(.ready))
    }
}
