import Testing
import Wire

@testable import DTLSSRTP

@Suite("Listener")
struct ListenerTests {
    private static let source = TransportAddress(IPAddress(ipv4: 192, 0, 2, 1), port: 5000)

    private enum Step {
        case none
        case reply([UInt8])
        case accepted
    }

    /// A listener with the connection that it has made, if any.
    private struct Host: ~Copyable {
        var listener: Listener
        var peer: Peer?
        var generator = SplitMix(seed: 3)

        init(
            _ identity: CertificateIdentity = Fixtures.serverIdentity,
            change: (inout Configuration) -> Void = { _ in }
        ) {
            var configuration = Configuration.listener(identity: identity)
            change(&configuration)
            listener = Listener(configuration: configuration, using: &generator)
        }

        mutating func receive(_ datagram: [UInt8], from source: TransportAddress, at now: MonotonicTime) -> Step {
            var buffer = [UInt8](repeating: 0, count: 512)
            var span = buffer.mutableSpan
            var reply = unsafe span.mutableBytes
            switch listener.receive(datagram.rawSpan, from: source, at: now, into: &reply, using: &generator) {
            case .none: return .none
            case .reply(let count): return .reply(Array(buffer[..<count]))
            case .accepted(let connection):
                peer = Peer(connection)
                return .accepted
            }
        }
    }

    private func client(_ version: ProtocolVersion, change: (inout Configuration) -> Void = { _ in }) throws -> Peer {
        var configuration = Configuration.listenerClient()
        configuration.versions = [version]
        change(&configuration)
        return try Peer(configuration, seed: 5)
    }

    @Test(arguments: ProtocolVersion.allCases, [0, 1, 2])
    func `a client that returns its cookie is served`(version: ProtocolVersion, identity: Int) throws {
        for hasProtocol in [true, false] {
            for hasShare in [true, false] {
                var host = Host(NegotiationTests.identities[identity])
                var client = try client(version) {
                    if !hasProtocol { $0.applicationProtocols = [] }
                    if !hasShare { $0.keyShareGroups = [] }
                }
                var largest = 0
                var sent = 0
                for datagram in client.transmits() {
                    sent += datagram.count
                    if case .reply(let reply) = host.receive(datagram, from: Self.source, at: .zero) {
                        largest = reply.count
                        client.receive(reply, at: .zero)
                    }
                }
                #expect(largest > 0 && largest <= (hasShare ? sent : 190))
                for datagram in client.transmits() { _ = host.receive(datagram, from: Self.source, at: .zero) }
                guard var server = host.peer.take() else {
                    Issue.record("the cookie was not taken")
                    continue
                }
                let counters = host.listener.counters
                #expect(counters.accepted == 1)
                server.drainEvents()
                var network = Network(client: client, server: server)
                network.connect()
                try network.client.send([1], at: network.now)
                network.run(for: .seconds(1))
                let summary = network.client.view.summary
                #expect(summary?.version == version)
                #expect(summary?.srtpKeyingMaterial == nil)
                #expect(summary?.applicationProtocol == (hasProtocol ? "stun.turn" : nil))
                let received = network.server.view.received
                #expect(received == [[1]])
            }
        }
    }

    /// The second hello of a client, which carries the cookie.
    private func secondFlight(
        _ version: ProtocolVersion,
        _ host: inout Host,
        at now: MonotonicTime = .zero
    ) throws -> [[UInt8]] {
        var client = try client(version)
        for datagram in client.transmits() {
            if case .reply(let reply) = host.receive(datagram, from: Self.source, at: now) {
                client.receive(reply, at: now)
            }
        }
        return client.transmits()
    }

    private func isAccepted(
        _ flight: [[UInt8]],
        _ host: inout Host,
        from source: TransportAddress = source,
        at now: MonotonicTime = .zero
    ) -> Bool {
        for datagram in flight {
            if case .accepted = host.receive(datagram, from: source, at: now) { return true }
        }
        return false
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a cookie serves its source, for a minute and for one change of the secret`(version: ProtocolVersion) throws {
        var host = Host()
        let flight = try secondFlight(version, &host)
        let other = TransportAddress(IPAddress(ipv4: 192, 0, 2, 1), port: 5001)
        #expect(!isAccepted(flight, &host, from: other))
        #expect(isAccepted(flight, &host, at: .zero + .seconds(60)))
        #expect(!isAccepted(flight, &host, at: .zero + .seconds(61)))
        var generator = SplitMix(seed: 11)
        host.listener.rotateCookieSecret(using: &generator)
        #expect(isAccepted(flight, &host))
        host.listener.rotateCookieSecret(using: &generator)
        #expect(!isAccepted(flight, &host))
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a changed cookie is refused`(version: ProtocolVersion) throws {
        var host = Host()
        let flight = try secondFlight(version, &host)
        let whole = flight.flatMap { $0 }
        #expect(!whole.isEmpty)
        // Every byte of the hello's last third of the second flight, where the 1.3 cookie lies, and the 1.2 cookie.
        var accepted = 0
        for index in flight.indices {
            for byte in stride(from: 25, to: flight[index].count, by: 7) {
                var changed = flight
                changed[index][byte] ^= 1
                if isAccepted(changed, &host) { accepted += 1 }
            }
        }
        // What may change is what the cookie does not cover: shares and other extensions.
        let total = flight.reduce(0) { $0 + $1.count / 7 }
        #expect(accepted < total)
        let refused = host.listener.counters.cookiesRefused
        #expect(refused > 0)
    }

    @Test func `half hellos live in one table and push the oldest out`() throws {
        var host = Host()
        let hello = Captures.firefox
        for port in 1...1000 as ClosedRange<UInt16> {
            let stranger = TransportAddress(IPAddress(ipv4: 198, 51, 100, 1), port: port)
            if case .none = host.receive(hello[0], from: stranger, at: .zero) { continue }
            Issue.record("half a hello was answered")
        }
        let first = TransportAddress(IPAddress(ipv4: 198, 51, 100, 1), port: 1)
        if case .none = host.receive(hello[1], from: first, at: .zero) {
        } else {
            Issue.record("an evicted half was remembered")
        }
        let last = TransportAddress(IPAddress(ipv4: 198, 51, 100, 1), port: 1000)
        guard case .reply(let reply) = host.receive(hello[1], from: last, at: .zero) else {
            Issue.record("the newest half was forgotten")
            return
        }
        #expect(reply.count < 256)
    }

    @Test func `a table of first flights never grows`() throws {
        var table = FirstFlightTable()
        for port in 0..<2000 as Range<UInt16> {
            var bytes: [UInt8] = []
            HandshakeFragment.writeHeader(
                type: .clientHello,
                messageLength: 2048,
                sequence: 0,
                range: 0..<1,
                to: &bytes
            )
            bytes.append(1)
            var reader = ByteReader(bytes.rawSpan)
            guard let fragment = try HandshakeFragment(parsing: &reader) else { continue }
            let source = TransportAddress(IPAddress(ipv4: 198, 51, 100, 2), port: port)
            #expect(table.add(fragment, from: source) == nil)
        }
        #expect(table.occupiedCount == FirstFlightTable.entryCount)
    }

    @Test func `browsers' hellos are answered by a short request`() throws {
        for flight in [Captures.chromium, Captures.firefox] {
            var host = Host()
            var replies: [[UInt8]] = []
            for datagram in flight {
                if case .reply(let reply) = host.receive(datagram, from: Self.source, at: .zero) {
                    replies.append(reply)
                }
            }
            #expect(replies.count == 1)
            #expect(replies.allSatisfy { $0.count < 256 })
        }
    }
}
