import Testing
import Wire

@testable import DTLSSRTP

@Suite("First flights of browsers")
struct BrowserFlightTests {
    private static let flights = [Captures.chromium, Captures.firefox]

    /// The first handshake message of a flight, if it is whole in the first datagram's first records.
    private func serverHello(_ datagrams: [[UInt8]]) throws -> ServerHello {
        var reassembler = Reassembler()
        var records = RecordLayer()
        for datagram in datagrams {
            var reader = ByteReader(datagram.rawSpan)
            while let reception = records.nextRecord(from: &reader) {
                guard case .record(let record) = reception, record.type == .handshake else { continue }
                var payload = ByteReader(record.payload.rawSpan)
                while !payload.isAtEnd {
                    guard let fragment = try HandshakeFragment(parsing: &payload) else { break }
                    _ = reassembler.add(fragment, epoch: 0)
                }
            }
        }
        let message = reassembler.popNext()
        return try ServerHello(decoding: #require(message).body)
    }

    @Test(arguments: [0, 1], [false, true])
    func `both pieces of a hello, in either order, get a 1.3 flight with a post-quantum share`(
        browser: Int,
        isReversed: Bool
    ) throws {
        var server = try Fixtures.server()
        let flight = isReversed ? Self.flights[browser].reversed() : Self.flights[browser]
        server.receive(flight[0], at: .zero)
        #expect(server.transmits().isEmpty)
        server.receive(flight[1], at: .zero)
        let answer = server.transmits()
        #expect(answer.count >= 2)
        #expect(answer.allSatisfy { $0.count <= 1200 })
        let hello = try serverHello(answer)
        #expect(hello.cipherSuite == CipherSuite.aes128GCM.rawValue)
        #expect(hello.extensions[.supportedVersions] == [0xFE, 0xFC])
        let share = try #require(hello.extensions[.keyShare].flatMap(KeyShare.init(decodingServerShare:)))
        #expect(share.group == NamedGroup.x25519MLKEM768.rawValue)
        #expect(share.key.count == 1120)
        #expect(!hello.isRetryRequest)
    }

    @Test func `a malformed hello is forgotten and the next one answered`() throws {
        var server = try Fixtures.server()
        // Well-formed outside, with a signature_algorithms extension of odd length inside.
        let extensions = BrowserFlightTests.badExtensions
        let hello = ClientHello(
            random: [UInt8](repeating: 1, count: 32),
            cipherSuites: [0x1301],
            extensions: extensions
        )
        var payload: [UInt8] = []
        let body = hello.encoded()
        HandshakeFragment.writeHeader(
            type: .clientHello,
            messageLength: body.count,
            sequence: 0,
            range: 0..<body.count,
            to: &payload
        )
        var datagram: [UInt8] = []
        var layer = RecordLayer()
        _ = try layer.seal(payload + body, type: .handshake, epoch: 0, into: &datagram)
        server.receive(datagram, at: .zero)
        #expect(server.transmits().isEmpty)
        let view = server.view
        #expect(view.error == nil)
        #expect(view.counters.refusedFragments == 1)
        server.connection.expect(fingerprints: [Fixtures.clientIdentity.fingerprint()])
        var client = try Fixtures.client()
        client.connection.expect(fingerprints: [Fixtures.serverIdentity.fingerprint()])
        var network = Network(client: client, server: server)
        network.connect()
        let (ours, theirs) = (network.client.view, network.server.view)
        #expect(ours.keys != nil)
        #expect(ours.keys == theirs.keys)
    }

    private static var badExtensions: ExtensionList {
        var extensions = ExtensionList()
        extensions.append(.supportedVersions, [2, 0xFE, 0xFC])
        extensions.append(.supportedGroups, [0, 2, 0, 0x1D])
        extensions.append(.keyShare, [0, 36, 0, 0x1D, 0, 32] + [UInt8](repeating: 9, count: 32))
        extensions.append(.signatureAlgorithms, [0, 3, 4, 3, 4])
        return extensions
    }

    @Test(arguments: [0, 1])
    func `a group without a share gets a HelloRetryRequest`(browser: Int) throws {
        var server = try Fixtures.server { $0.groups = [.secp384r1] }
        for datagram in Self.flights[browser] { server.receive(datagram, at: .zero) }
        let hello = try serverHello(server.transmits())
        #expect(hello.isRetryRequest)
        #expect(hello.extensions[.keyShare] == [0, 0x18])
    }

    @Test(arguments: [0, 1])
    func `a server held at 1.2 answers in 1.2`(browser: Int) throws {
        var server = try Fixtures.server([.dtls12])
        for datagram in Self.flights[browser] { server.receive(datagram, at: .zero) }
        let hello = try serverHello(server.transmits())
        #expect(hello.cipherSuite == CipherSuite.ecdheECDSAWithAES128GCM.rawValue)
        #expect(hello.extensions[.extendedMasterSecret] == [])
        #expect(hello.extensions[.useSRTP] == [0, 2, 0, 7, 0])
        #expect(hello.extensions[.renegotiationInfo] == [0])
    }

    @Test(arguments: [0, 1])
    func `pieces of 200 bytes are put together before any decision`(browser: Int) throws {
        var records = RecordLayer()
        var reassembler = Reassembler()
        for datagram in Self.flights[browser] {
            var reader = ByteReader(datagram.rawSpan)
            while case .record(let record) = records.nextRecord(from: &reader) {
                var payload = ByteReader(record.payload.rawSpan)
                if let fragment = try HandshakeFragment(parsing: &payload) { _ = reassembler.add(fragment, epoch: 0) }
            }
        }
        let message = reassembler.popNext()
        let body = try #require(message).body
        var server = try Fixtures.server()
        var layer = RecordLayer()
        for start in stride(from: 0, to: body.count, by: 200) {
            #expect(server.transmits().isEmpty)
            let range = start..<min(body.count, start + 200)
            var payload: [UInt8] = []
            HandshakeFragment.writeHeader(
                type: .clientHello,
                messageLength: body.count,
                sequence: 0,
                range: range,
                to: &payload
            )
            var datagram: [UInt8] = []
            _ = try layer.seal(payload + body[range], type: .handshake, epoch: 0, into: &datagram)
            server.receive(datagram, at: .zero)
        }
        let hello = try serverHello(server.transmits())
        #expect(hello.extensions[.supportedVersions] == [0xFE, 0xFC])
    }
}
