import Testing
import Wire

@testable import DTLSSRTP

/// Peers that say anything at all: nothing may trap, and what is refused must leave a machine that can be asked again.
@Suite("Malformed input")
struct MutationTests {
    /// The datagrams of both sides up to the connection, as they were received.
    private func flights(_ version: ProtocolVersion) throws -> (client: [[UInt8]], server: [[UInt8]]) {
        var network = try Fixtures.network([version])
        network.connect()
        network.run(for: .seconds(1))
        return (network.sentByClient, network.sentByServer)
    }

    private func mutate(_ datagram: [UInt8], using generator: inout SplitMix) -> [UInt8] {
        var datagram = datagram
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            guard !datagram.isEmpty else { return datagram }
            let index = Int.random(in: 0..<datagram.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: datagram[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: datagram[index] = .random(in: .min ... .max, using: &generator)
            case 2: datagram[index] = Bool.random(using: &generator) ? 0 : 0xFF
            case 3: datagram.removeSubrange(index..<min(datagram.count, index + 1 + index % 7))
            case 4: datagram.insert(contentsOf: datagram[..<min(8, datagram.count)], at: index)
            default: datagram.removeLast(datagram.count - index)
            }
        }
        return datagram
    }

    private func drain(_ peer: inout Peer) {
        _ = peer.transmits()
        peer.drainEvents()
        if let deadline = peer.connection.nextDeadline { peer.connection.advance(to: deadline) }
        _ = peer.transmits()
        peer.drainEvents()
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `every truncation of every datagram is survived`(version: ProtocolVersion) throws {
        let flights = try flights(version)
        for isServer in [true, false] {
            for datagram in isServer ? flights.client : flights.server {
                var peer = isServer ? try Fixtures.server([version]) : try Fixtures.client([version])
                for length in 0..<datagram.count {
                    if peer.connection.hasEnded {
                        peer = isServer ? try Fixtures.server([version]) : try Fixtures.client([version])
                    }
                    peer.receive(Array(datagram[..<length]), at: .zero)
                    drain(&peer)
                }
            }
        }
    }

    @Test(arguments: [Captures.chromium, Captures.firefox])
    func `every truncation of a browser's hello is survived and the whole one answered`(flight: [[UInt8]]) throws {
        var server = try Fixtures.server()
        for datagram in flight {
            for length in 0..<datagram.count { server.receive(Array(datagram[..<length]), at: .zero) }
        }
        #expect(server.transmits().isEmpty)
        for datagram in flight { server.receive(datagram, at: .zero) }
        #expect(!server.transmits().isEmpty)
    }

    /// Hellos are changed on the wire, 60,000 of them.
    @Test(arguments: 0..<12 as Range<UInt64>)
    func `changed first flights are survived`(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        let version = ProtocolVersion.allCases[Int(seed % 2)]
        let recorded = try flights(version)
        let hellos = [Captures.chromium, Captures.firefox, recorded.client]
        var server = try Fixtures.server()
        var client = try Fixtures.client()
        for round in 0..<2500 {
            // A fresh machine from time to time, and an old one that has seen much in between.
            if round % 50 == 0 || server.connection.hasEnded { server = try Fixtures.server() }
            if round % 50 == 0 || client.connection.hasEnded { client = try Fixtures.client() }
            for datagram in hellos[round % 3] { server.receive(mutate(datagram, using: &generator), at: .zero) }
            for datagram in recorded.server { client.receive(mutate(datagram, using: &generator), at: .zero) }
            drain(&server)
            drain(&client)
        }
    }

    /// Handshake messages are changed under valid protection, which reaches the parsers of all messages: 40,000 of them.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `changed messages are survived by every decoder`(seed: UInt64) throws {
        var generator = SplitMix(seed: 100 + seed)
        var bodies: [(HandshakeType, [UInt8])] = []
        for flight in [Captures.chromium, Captures.firefox] {
            var reassembler = Reassembler()
            var records = RecordLayer()
            for datagram in flight {
                var reader = ByteReader(datagram.rawSpan)
                while case .record(let record) = records.nextRecord(from: &reader) {
                    var payload = ByteReader(record.payload.rawSpan)
                    if let fragment = try HandshakeFragment(parsing: &payload) {
                        _ = reassembler.add(fragment, epoch: 0)
                    }
                }
            }
            let message = reassembler.popNext()
            bodies.append((.clientHello, try #require(message).body))
        }
        let chain = CertificateMessage(chain: TestIdentities.rsa.chain)
        bodies.append((.certificate, chain.encoded(version: .dtls12)))
        bodies.append((.certificate, chain.encoded(version: .dtls13)))
        bodies.append((.certificateRequest, CertificateRequest12(signatureSchemes: [0x403]).encoded()))
        bodies.append((.certificateRequest, CertificateRequest13(signatureSchemes: [0x403]).encoded()))
        let verify = CertificateVerify(scheme: .ecdsaSHA256, signature: [UInt8](repeating: 0x30, count: 70))
        bodies.append((.certificateVerify, verify.encoded()))
        let key = ServerKeyExchange(
            group: .x25519,
            share: [UInt8](repeating: 9, count: 32),
            scheme: .ecdsaSHA256,
            signature: [1, 2, 3]
        )
        bodies.append((.serverKeyExchange, key.encoded()))
        let retry = Server13.retryRequest(cipherSuite: .aes128GCM, group: .x25519, cookie: [1, 2, 3])
        bodies.append((.serverHello, retry.encoded()))
        for _ in 0..<5000 {
            let (type, body) = bodies[Int.random(in: 0..<bodies.count, using: &generator)]
            let changed = mutate(body, using: &generator)
            switch type {
            case .clientHello:
                if let hello = try? ClientHello(decoding: changed) {
                    _ = try? Server13.choose(hello, .media(role: .server, identity: Fixtures.serverIdentity))
                    _ = try? hello.decoded(.useSRTP, UseSRTP.init(decoding:))
                    _ = try? hello.decoded(.applicationLayerProtocolNegotiation, ApplicationProtocols.decode)
                }
            case .certificate:
                for version in ProtocolVersion.allCases {
                    guard let message = try? CertificateMessage(decoding: changed, version: version),
                        let leaf = message.chain.first, let key = try? PeerKey(certificate: leaf)
                    else { continue }
                    for scheme in SignatureScheme.allCases {
                        try? key.verify(leaf, of: body, scheme: scheme.rawValue, version: version)
                    }
                }
            case .certificateRequest:
                _ = try? CertificateRequest12(decoding: changed)
                _ = try? CertificateRequest13(decoding: changed)
            case .certificateVerify: _ = try? CertificateVerify(decoding: changed)
            case .serverKeyExchange: _ = try? ServerKeyExchange(decoding: changed)
            default: _ = try? ServerHello(decoding: changed)
            }
        }
    }

    /// A peer that holds the keys and says what it must not, after the handshake.
    @Test(arguments: ProtocolVersion.allCases)
    func `an authenticated peer's nonsense is survived`(version: ProtocolVersion) throws {
        var generator = SplitMix(seed: 55)
        for round in 0..<300 {
            var network = try Fixtures.network([version])
            network.connect()
            network.run(for: .milliseconds(50))
            for _ in 0..<20 {
                let count = Int.random(in: 0...60, using: &generator)
                var payload = generator.randomBytes(count: count)
                if round % 2 == 0 {
                    var header: [UInt8] = []
                    HandshakeFragment.writeHeader(
                        type: HandshakeType(rawValue: .random(in: 0...26, using: &generator)),
                        messageLength: count,
                        sequence: .random(in: 0...12, using: &generator),
                        range: 0..<count,
                        to: &header
                    )
                    payload = header + payload
                }
                let type = ContentType(rawValue: .random(in: 20...27, using: &generator))
                network.client.connection.inject(payload, type: type)
            }
            for datagram in network.client.transmits() { network.server.receive(datagram, at: network.now) }
            drain(&network.server)
        }
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `garbage between good datagrams changes nothing`(version: ProtocolVersion) throws {
        var generator = SplitMix(seed: 9)
        var network = try Fixtures.network([version])
        let end = MonotonicTime.zero + .seconds(20)
        while network.client.summary == nil || network.server.summary == nil, network.step(until: end) {
            for first in [20, 21, 22, 23, 26, 0x2E, 0x2F, 0x3F, 0x80, 0] as [UInt8] {
                // Starts like a record, goes on as noise; nothing that could be a fragment of the handshake.
                var noise = generator.randomBytes(count: Int.random(in: 0...80, using: &generator))
                noise.insert(first, at: 0)
                if first == 22, noise.count > 13 { noise[13] = 0xFF }
                network.client.receive(noise, at: network.now)
                network.server.receive(noise, at: network.now)
            }
        }
        let client = network.client.view
        let server = network.server.view
        #expect(client.keys != nil)
        #expect(client.keys == server.keys)
        #expect(server.counters.malformed > 0)
    }

    @Test func `any bytes are survived by the listener`() throws {
        var generator = SplitMix(seed: 77)
        var listener = Listener(configuration: .listener(identity: Fixtures.serverIdentity), using: &generator)
        var buffer = [UInt8](repeating: 0, count: 512)
        let hellos = Captures.chromium + Captures.firefox
        for round in 0..<20000 {
            let source = TransportAddress(IPAddress(ipv4: 192, 0, 2, 9), port: UInt16(round % 300))
            let datagram = mutate(hellos[round % hellos.count], using: &generator)
            var span = buffer.mutableSpan
            var reply = unsafe span.mutableBytes
            _ = listener.receive(datagram.rawSpan, from: source, at: .zero, into: &reply, using: &generator)
        }
        let counters = listener.counters
        #expect(counters.malformed > 0)
        #expect(counters.accepted == 0)
    }
}
