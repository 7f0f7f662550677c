import DTLSSRTP
import Testing
import Wire

@Suite("Handshake")
struct HandshakeTests {
    @Test(arguments: ProtocolVersion.allCases)
    func `both sides agree on everything`(version: ProtocolVersion) throws {
        var network = try Fixtures.network([version])
        network.connect()
        let clientView = network.client.view
        let serverView = network.server.view
        #expect(clientView.error == nil)
        #expect(serverView.error == nil)
        let client = try #require(clientView.summary)
        let server = try #require(serverView.summary)
        #expect(client.version == version)
        #expect(server.version == version)
        #expect(client.group == (version == .dtls13 ? .x25519MLKEM768 : .x25519))
        #expect(client.cipherSuite == server.cipherSuite)
        #expect(client.srtpKeyingMaterial?.profile == .aeadAES128GCM)
        #expect(clientView.keys != nil)
        #expect(clientView.keys == serverView.keys)
        #expect(client.peerCertificate == Fixtures.serverIdentity.chain[0])
        #expect(server.peerCertificate == Fixtures.clientIdentity.chain[0])
        let sent = network.sentByClient + network.sentByServer
        #expect(sent.allSatisfy { $0.count <= 1200 })
    }
}

@Suite("Handshake under loss")
struct LossTests {
    private func expectConnection(
        _ network: consuming Network,
        within interval: TimeInterval = .seconds(30),
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        network.connect(within: interval)
        let client = network.client.view
        let server = network.server.view
        #expect(client.error == nil, sourceLocation: sourceLocation)
        #expect(server.error == nil, sourceLocation: sourceLocation)
        #expect(client.keys != nil, sourceLocation: sourceLocation)
        #expect(client.keys == server.keys, sourceLocation: sourceLocation)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `every single datagram may be lost once`(version: ProtocolVersion) throws {
        var clean = try Fixtures.network([version])
        clean.connect()
        clean.run(for: .seconds(1))
        let counts = (clean.sentByClient.count, clean.sentByServer.count)
        #expect(counts.0 >= 2 && counts.1 >= 2)
        for index in 0..<counts.0 {
            expectConnection(
                try Fixtures.network([version], conditions: Network.Conditions(lostFromClient: [index])),
                within: .milliseconds(500)
            )
        }
        for index in 0..<counts.1 {
            expectConnection(
                try Fixtures.network([version], conditions: Network.Conditions(lostFromServer: [index])),
                within: .milliseconds(500)
            )
        }
    }

    @Test(arguments: ProtocolVersion.allCases, [10, 30, 50])
    func `a bad network delays the connection and does not prevent it`(
        version: ProtocolVersion,
        lossPercent: Int
    ) throws {
        for seed in 0..<25 as Range<UInt64> {
            expectConnection(
                try Fixtures.network(
                    [version],
                    conditions: Network.Conditions(
                        lossPercent: lossPercent,
                        duplicationPercent: 20,
                        reorderingPercent: 30
                    ),
                    seed: seed
                )
            )
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `datagrams of the smallest size carry the handshake through a bad network`(version: ProtocolVersion) throws {
        for seed in 0..<5 as Range<UInt64> {
            var network = try Fixtures.network(
                [version],
                conditions: Network.Conditions(lossPercent: 20, duplicationPercent: 10, reorderingPercent: 50),
                seed: seed
            ) { $0.maximumDatagramSize = 256 }
            network.flush()
            let largest = network.sentByClient.map(\.count).max()
            #expect(largest.map { $0 <= 256 } == true)
            expectConnection(network)
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a silent peer gets the flight again with back-off until the time is up`(version: ProtocolVersion) throws {
        var client = try Fixtures.client([version])
        var times: [Int64] = []
        var now = MonotonicTime.zero
        while let deadline = client.connection.nextDeadline {
            if !client.transmits().isEmpty { times.append((now - .zero).wholeMilliseconds) }
            now = deadline
            client.connection.advance(to: now)
            client.drainEvents()
        }
        #expect(times.prefix(7) == [0, 100, 300, 700, 1500, 3100, 4700])
        let error = client.error
        #expect(error == .handshakeTimedOut(unprotectedAlert: nil))
        #expect(now == .zero + .seconds(30))
    }
}
