import Crypto
import Testing
import Wire

@testable import DTLSSRTP

@Suite("Forged proofs")
struct ForgeryTests {
    /// The records of datagrams, one by one.
    private func records(_ datagrams: [[UInt8]]) -> [[UInt8]] {
        var records: [[UInt8]] = []
        for var rest in datagrams {
            while rest.count > 13 {
                let isUnified = rest[0] & 0xE0 == 0x20
                let bytes =
                    isUnified ? 5 + (Int(rest[3]) << 8 | Int(rest[4])) : 13 + (Int(rest[11]) << 8 | Int(rest[12]))
                records.append(Array(rest[..<min(bytes, rest.count)]))
                rest.removeFirst(min(bytes, rest.count))
            }
        }
        return records
    }

    private func finished(sequence: UInt16, length: Int) -> [UInt8] {
        var message: [UInt8] = []
        HandshakeFragment.writeHeader(
            type: .finished,
            messageLength: length,
            sequence: sequence,
            range: 0..<length,
            to: &message
        )
        return message + [UInt8](repeating: 0, count: length)
    }

    /// A pair without client certificates, where a Finished is all that proves the client.
    private func pair(_ version: ProtocolVersion) throws -> (client: Configuration, server: Configuration) {
        var client = Configuration.listenerClient()
        client.versions = [version]
        var server = Configuration.listener(identity: Fixtures.serverIdentity)
        server.versions = [version]
        return (client, server)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a server refuses a Finished that does not match`(version: ProtocolVersion) throws {
        let configurations = try pair(version)
        var client = try Peer(configurations.client)
        var server = try Peer(configurations.server)
        for datagram in client.transmits() { server.receive(datagram, at: .zero) }
        for datagram in server.transmits() { client.receive(datagram, at: .zero) }
        for record in records(client.transmits()) where record[0] == ContentType.handshake.rawValue && record[4] == 0 {
            server.receive(record, at: .zero)
        }
        let (sequence, length): (UInt16, Int) = version == .dtls13 ? (1, 32) : (2, 12)
        client.connection.inject(
            finished(sequence: sequence, length: length),
            type: .handshake,
            epoch: version == .dtls13 ? 2 : 1
        )
        for datagram in client.transmits() { server.receive(datagram, at: .zero) }
        let view = server.view
        #expect(view.error == .badFinished)
        #expect(view.summary == nil)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a client refuses a Finished that does not match`(version: ProtocolVersion) throws {
        let configurations = try pair(version)
        var client = try Peer(configurations.client)
        var server = try Peer(configurations.server)
        for datagram in client.transmits() { server.receive(datagram, at: .zero) }
        let is13 = version == .dtls13
        var flight = server.transmits()
        if !is13 {
            for datagram in flight { client.receive(datagram, at: .zero) }
            for datagram in client.transmits() { server.receive(datagram, at: .zero) }
            _ = server.transmits()
            flight = []
        }
        let forged = finished(sequence: 4, length: is13 ? 32 : 12)
        server.connection.inject(forged, type: .handshake, epoch: is13 ? 2 : 1)
        // In 1.3 it overtakes the flight with the true one and takes its place.
        for datagram in server.transmits() + flight { client.receive(datagram, at: .zero) }
        let view = client.view
        #expect(view.error == .badFinished)
        #expect(view.summary == nil)
    }

    @Test(arguments: ProtocolVersion.allCases, [false, true])
    func `a certificate without its key proves nothing`(version: ProtocolVersion, isServerFalse: Bool) throws {
        let stolen = CertificateIdentity(
            chain: isServerFalse ? Fixtures.serverIdentity.chain : Fixtures.clientIdentity.chain,
            key: .p256(P256.Signing.PrivateKey())
        )
        var network = try Fixtures.network(
            [version],
            clientIdentity: isServerFalse ? Fixtures.clientIdentity : stolen,
            serverIdentity: isServerFalse ? stolen : Fixtures.serverIdentity
        )
        network.run(for: .seconds(2))
        let judge = isServerFalse ? network.client.view : network.server.view
        #expect(judge.error == .badSignature(scheme: SignatureScheme.ecdsaSHA256.rawValue))
        #expect(judge.summary == nil)
    }

    @Test(arguments: ProtocolVersion.allCases)
    func `a hello that was changed on the way leads to no connection`(version: ProtocolVersion) throws {
        var client = try Fixtures.client([version])
        var server = try Fixtures.server([version])
        client.connection.expect(fingerprints: [Fixtures.serverIdentity.fingerprint()])
        server.connection.expect(fingerprints: [Fixtures.clientIdentity.fingerprint()])
        // The profile at the head of the offer becomes one that is not AEAD.
        let offer: [UInt8] = [0, 14, 0, 9, 0, 6, 0, 7, 0, 8, 0, 1, 0]
        var isChanged = false
        for var datagram in client.transmits() {
            for index in 0...max(0, datagram.count - offer.count)
            where Array(datagram[index..<index + offer.count]) == offer {
                datagram[index + 7] = 1
                datagram[index + 9] = 1
                isChanged = true
            }
            server.receive(datagram, at: .zero)
        }
        #expect(isChanged)
        var network = Network(client: client, server: server)
        network.run(for: .seconds(40))
        let (ours, theirs) = (network.client.view, network.server.view)
        #expect(ours.summary == nil)
        #expect(theirs.summary == nil)
    }
}
