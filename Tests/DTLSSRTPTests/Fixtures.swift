import DTLSSRTP
import Wire

/// Identities and configurations for tests. Made once: RSA keys take long.
enum Fixtures {
    static let clientIdentity = make()
    static let serverIdentity = make()

    private static func make() -> CertificateIdentity {
        do {
            return try CertificateIdentity.selfSigned(unixSeconds: 1_800_000_000)
        } catch {
            fatalError("a certificate can be made: \(error)")
        }
    }

    static func client(
        _ versions: Set<ProtocolVersion> = [.dtls12, .dtls13],
        identity: CertificateIdentity = clientIdentity,
        change: (inout Configuration) -> Void = { _ in }
    ) throws -> Peer {
        var configuration = Configuration.media(role: .client, identity: identity)
        configuration.versions = versions
        change(&configuration)
        return try Peer(configuration, seed: 1)
    }

    static func server(
        _ versions: Set<ProtocolVersion> = [.dtls12, .dtls13],
        identity: CertificateIdentity = serverIdentity,
        change: (inout Configuration) -> Void = { _ in }
    ) throws -> Peer {
        var configuration = Configuration.media(role: .server, identity: identity)
        configuration.versions = versions
        change(&configuration)
        return try Peer(configuration, seed: 2)
    }

    /// A client and a server that know each other's fingerprint.
    static func network(
        _ versions: Set<ProtocolVersion> = [.dtls12, .dtls13],
        clientIdentity: CertificateIdentity = clientIdentity,
        serverIdentity: CertificateIdentity = serverIdentity,
        conditions: Network.Conditions = Network.Conditions(),
        seed: UInt64 = 7,
        change: (inout Configuration) -> Void = { _ in }
    ) throws -> Network {
        var client = try client(versions, identity: clientIdentity, change: change)
        var server = try server(versions, identity: serverIdentity, change: change)
        client.connection.expect(fingerprints: [serverIdentity.fingerprint()])
        server.connection.expect(fingerprints: [clientIdentity.fingerprint()])
        return Network(client: client, server: server, conditions: conditions, seed: seed)
    }
}
