import Testing
import Wire

@testable import DTLSSRTP

@Suite("Established connections")
struct EstablishedTests {
    private func connected(
        _ version: ProtocolVersion,
        conditions: Network.Conditions = Network.Conditions(),
        seed: UInt64 = 7,
        change: (inout Configuration) -> Void = { _ in }
    ) throws -> Network {
        var network = try Fixtures.network([version], conditions: conditions, seed: seed, change: change)
        network.connect()
        return network
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `application data goes both ways`(version: ProtocolVersion) throws {
        var network = try connected(version)
        try network.client.send([1, 2], at: network.now)
        try network.server.send([3], at: network.now)
        network.run(for: .seconds(1))
        let client = network.client.view
        let server = network.server.view
        #expect(server.received == [[1, 2]])
        #expect(client.received == [[3]])
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `data that cannot be sent is refused`(version: ProtocolVersion) throws {
        var idle = try Fixtures.client([version])
        #expect(throws: DTLSError.notConnected) { try idle.send([1], at: .zero) }
        var network = try connected(version)
        network.run(for: .seconds(1))
        let overhead = version == .dtls13 ? 22 : 37
        try network.client.send([UInt8](repeating: 1, count: 1200 - overhead), at: network.now)
        #expect(throws: DTLSError.applicationDataTooLarge(limit: 1200 - overhead)) {
            try network.client.send([UInt8](repeating: 1, count: 1201 - overhead), at: network.now)
        }
        for _ in 0..<63 { try network.client.send([1], at: network.now) }
        #expect(throws: DTLSError.transmitQueueFull(limit: 64)) { try network.client.send([1], at: network.now) }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a close ends both sides, and an unprotected one nobody`(version: ProtocolVersion) throws {
        var network = try connected(version)
        network.run(for: .seconds(1))
        let forged: [UInt8] = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 0]
        network.server.receive(forged, at: network.now)
        let untouched = network.server.view
        #expect(!untouched.isClosed)
        #expect(untouched.counters.unprotectedAlerts == 1)
        network.client.connection.close(at: network.now)
        network.run(for: .seconds(1))
        let client = network.client.view
        let server = network.server.view
        #expect(client.isClosed)
        #expect(server.isClosed)
        let deadline = network.server.connection.nextDeadline
        #expect(deadline == nil)
        #expect(throws: DTLSError.notConnected) { try network.server.send([1], at: network.now) }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a repeated datagram is counted and delivered once`(version: ProtocolVersion) throws {
        var network = try connected(version)
        network.run(for: .seconds(1))
        try network.client.send([7], at: network.now)
        for datagram in network.client.transmits() {
            network.server.receive(datagram, at: network.now)
            network.server.receive(datagram, at: network.now)
        }
        let server = network.server.view
        #expect(server.received == [[7]])
        #expect(server.counters.replayed == 1)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `data that overtakes the last flight is kept for its place`(version: ProtocolVersion) throws {
        var network = try Fixtures.network([version])
        // The side that finishes first sends at once; its data arrives before its Finished.
        var held: [[UInt8]] = []
        while network.client.summary == nil, network.server.summary == nil, network.step(until: .zero + .seconds(5)) {}
        if network.client.summary != nil {
            held = network.client.transmits()
            try network.client.send([5], at: network.now)
            for datagram in network.client.transmits() + held { network.server.receive(datagram, at: network.now) }
            let server = network.server.view
            #expect(server.received == [[5]])
        } else {
            held = network.server.transmits()
            try network.server.send([5], at: network.now)
            for datagram in network.server.transmits() + held { network.client.receive(datagram, at: network.now) }
            let client = network.client.view
            #expect(client.received == [[5]])
        }
        #expect(!held.isEmpty)
    }

    @Test(arguments: [0, 30])
    func `new keys come on request, and data flows under each of them`(lossPercent: Int) throws {
        for seed in 0..<8 as Range<UInt64> {
            var network = try connected(
                .dtls13,
                conditions: Network.Conditions(lossPercent: lossPercent, reorderingPercent: 20),
                seed: seed
            )
            network.run(for: .seconds(20))
            for round in 1...6 as ClosedRange<UInt8> {
                if round % 2 == 0 {
                    try network.client.connection.requestKeyUpdate(at: network.now)
                } else {
                    try network.server.connection.requestKeyUpdate(at: network.now)
                }
                network.run(for: .seconds(60))
                for _ in 0..<20 {
                    try network.client.send([round], at: network.now)
                    try network.server.send([round], at: network.now)
                }
                network.run(for: .seconds(1))
                let client = network.client.view
                let server = network.server.view
                #expect(client.received.contains([round]), "seed \(seed) round \(round)")
                #expect(server.received.contains([round]), "seed \(seed) round \(round)")
                #expect(client.error == nil)
                #expect(server.error == nil)
            }
        }
    }

    @Test func `a last ACK that is lost does not keep the client repeating`() throws {
        for index in 0..<12 {
            var network = try connected(.dtls13, conditions: Network.Conditions(lostFromServer: [index]))
            network.run(for: .seconds(10))
            let timer = network.client.connection.nextDeadline.map { $0 - network.now }
            // What remains is the time at which the handshake's keys go.
            #expect(timer.map { $0 > .seconds(100) } == true)
        }
    }

    @Test func `a renegotiation is refused once and changes nothing`() throws {
        var network = try connected(.dtls12)
        network.run(for: .seconds(1))
        let server = network.server.view
        #expect(server.error == nil)
        // A ClientHello under the connection's own keys.
        var hello: [UInt8] = []
        HandshakeFragment.writeHeader(
            type: .clientHello,
            messageLength: 1,
            sequence: 0,
            range: 0..<1,
            to: &hello
        )
        network.client.connection.inject(hello + [0], type: .handshake)
        network.client.connection.inject(hello + [0], type: .handshake)
        for datagram in network.client.transmits() { network.server.receive(datagram, at: network.now) }
        let answers = network.server.transmits()
        #expect(answers.count == 1)
        #expect(answers.first?.first == ContentType.alert.rawValue)
        for datagram in answers { network.client.receive(datagram, at: network.now) }
        try network.client.send([1], at: network.now)
        network.run(for: .seconds(1))
        let after = network.server.view
        #expect(after.received == [[1]])
        #expect(after.error == nil)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a mismatch that is found after the handshake is told under protection`(version: ProtocolVersion) throws {
        var network = Network(client: try Fixtures.client([version]), server: try Fixtures.server([version]))
        network.client.connection.expect(fingerprints: [Fixtures.serverIdentity.fingerprint()])
        network.run(for: .seconds(1))
        network.server.connection.expect(fingerprints: [TestIdentities.p384.fingerprint()])
        network.run(for: .seconds(1))
        let client = network.client.view
        #expect(client.error == .peerAlert(AlertDescription.badCertificate.rawValue))
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `deferred computation does one message at a time and ends the same`(version: ProtocolVersion) throws {
        var network = try Fixtures.network([version]) { $0.defersComputation = true }
        var computations = 0
        let end = MonotonicTime.zero + .seconds(20)
        while network.client.summary == nil || network.server.summary == nil, network.step(until: end) {
            if network.client.connection.needsComputation {
                network.client.connection.compute(at: network.now)
                network.client.drainEvents()
                computations += 1
            }
            if network.server.connection.needsComputation {
                network.server.connection.compute(at: network.now)
                network.server.drainEvents()
                computations += 1
            }
        }
        let client = network.client.view
        let server = network.server.view
        #expect(client.keys != nil)
        #expect(client.keys == server.keys)
        #expect(computations >= 8)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `keys are logged only when asked`(version: ProtocolVersion) throws {
        var silent = try connected(version)
        silent.run(for: .milliseconds(10))
        #expect(silent.client.keyLog.isEmpty)
        let network = try connected(version) { $0.logsKeys = true }
        let labels = network.server.keyLog.compactMap { $0.split(separator: " ").first.map(String.init) }
        let expected =
            version == .dtls12
            ? ["CLIENT_RANDOM"]
            : [
                "CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0",
                "SERVER_TRAFFIC_SECRET_0",
            ]
        #expect(labels == expected)
        #expect(network.client.keyLog == network.server.keyLog)
    }
}
