public import ArgumentParser
import Client
import Glibc
public import Load
import STUN
import TURN
import Wire

struct LoadTurnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn",
        abstract: "Relay packets through a TURN server: any server, over UDP.",
        discussion: """
            Makes allocations, binds a channel of each to one peer (a socket of this program), and sends packets at a rate \
            or as fast as they go. Counts what arrives, and with --pid the server's CPU time per packet that arrived.

              martlet load turn --server 127.0.0.1:3478 --user lab:secret --allocations 100 --rate 30000 --pid 4711

            The server must allow the peer's address. Only put load on a server that is yours.
            """
    )

    @Option(help: ArgumentHelp("The TURN server.", valueName: "addr:port"))
    var server: String
    @Option(help: ArgumentHelp("A user of the server.", valueName: "name:password"))
    var user: String?
    @Option(help: ArgumentHelp("The secret of time-limited credentials, instead of --user.", valueName: "secret"))
    var authSecret: String?
    @Option(help: ArgumentHelp("The namespace of time-limited credentials.", valueName: "name"))
    var namespace = "demo"
    @Option(
        help: ArgumentHelp(
            "Where the peer binds; the server's address and any port by default.",
            valueName: "addr:port"
        )
    )
    var peer: String?
    @Option(help: "Allocations, each from a socket of its own (1-10000).")
    var allocations = 1
    @Option(help: "up (client to peer), down (peer to client) or both.")
    var direction = TURNLoadConfiguration.Direction.up
    @Option(help: "channel (ChannelData) or indication (Send and Data indications).")
    var encapsulation = TURNLoadConfiguration.Encapsulation.channel
    @Option(help: ArgumentHelp("Packets per second in all; 0 is as fast as they go.", valueName: "packets"))
    var rate = 0
    @Option(help: ArgumentHelp("Application data of a packet (12-1472).", valueName: "bytes"))
    var size = 1200
    @Option(help: ArgumentHelp("Packets that an allocation sends in a row.", valueName: "packets"))
    var burst = 1
    @Flag(help: "Let bursts leave as one message (GSO), as a local sender would.")
    var trains = false
    @Option(help: ArgumentHelp("How long to measure.", valueName: "seconds"))
    var duration = 10
    @Option(help: ArgumentHelp("How long to send before measuring.", valueName: "seconds"))
    var warmUp = 1
    @Option(help: ArgumentHelp("The server's process, for its CPU time and memory.", valueName: "pid"))
    var pid: Int32?
    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(allocations) else { throw ValidationError("--allocations: expected 1 to 10000") }
        guard (12...1472).contains(size) else { throw ValidationError("--size: expected 12 to 1472 bytes") }
        guard rate >= 0 else { throw ValidationError("--rate: expected 0 or more packets per second") }
        guard (1...64).contains(burst) else { throw ValidationError("--burst: expected 1 to 64 packets") }
        guard (1...3600).contains(duration) else { throw ValidationError("--duration: expected 1 to 3600 seconds") }
        guard (0...60).contains(warmUp) else { throw ValidationError("--warm-up: expected 0 to 60 seconds") }
        guard (user == nil) != (authSecret == nil) else {
            throw ValidationError("one of --user and --auth-secret is needed")
        }
    }

    func run() async throws {
        var configuration = try loadConfiguration()
        configuration.allocations = allocations
        configuration.direction = direction
        configuration.encapsulation = encapsulation
        configuration.packetsPerSecond = rate
        configuration.payloadByteCount = size
        configuration.burst = burst
        configuration.usesTrains = trains
        configuration.duration = .seconds(Int64(duration))
        configuration.warmUp = .seconds(Int64(warmUp))
        configuration.process = pid
        do throws(TURNLoad.Failure) {
            var load = try TURNLoad(configuration)
            let report = try load.run { StandardError.line($0) }
            print(json ? report.json : report.text)
        } catch {
            StandardError.line("error: \(error)")
            throw ExitCode.failure
        }
    }

    private func loadConfiguration() throws -> TURNLoadConfiguration {
        guard let server = TransportAddress(server) else {
            throw ValidationError("--server: \"\(server)\": expected an address and a port, such as 192.0.2.1:3478")
        }
        let name: String
        let password: String
        if let user {
            let parts = user.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ValidationError("--user: expected NAME:PASSWORD") }
            (name, password) = (parts[0], parts[1])
        } else {
            let credentials = Credentials.mint(
                namespace: namespace,
                user: "load",
                lifetimeSeconds: 86_400,
                secret: SharedSecret(authSecret ?? ""),
                nowUnixSeconds: WallClock.secondsSince1970
            )
            (name, password) = (credentials.username, credentials.password)
        }
        guard let peer = self.peer.map({ TransportAddress($0) }) ?? TransportAddress(server.ip, port: 0) else {
            throw ValidationError("--peer: \"\(self.peer ?? "")\": expected an address and a port")
        }
        do throws(STUNError) {
            return TURNLoadConfiguration(
                server: server,
                client: try TURNClientConfiguration(username: name, password: password),
                peer: peer
            )
        } catch {
            throw ValidationError("the user name or the password has characters that no credential may have")
        }
    }
}

extension TURNLoadConfiguration.Direction: ExpressibleByArgument {}
extension TURNLoadConfiguration.Encapsulation: ExpressibleByArgument {}
