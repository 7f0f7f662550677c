import DTLSSRTP
import Glibc
import Wire

/// One handshake between two of our own, as for media: each shows a certificate and knows the other's fingerprint.
final class Handshake {
    enum Kind: Sendable {
        /// DTLS 1.2 with X25519 and AES-128-GCM.
        case v12
        /// DTLS 1.3 with X25519MLKEM768.
        case v13
    }

    struct Failed: Error {}

    /// One side, with the CPU time that its calls took.
    final class Side {
        private var connection: Connection
        private(set) var nanoseconds: UInt64
        private(set) var summary: ConnectionSummary?

        init(_ configuration: Configuration, expecting fingerprint: Fingerprint) throws(DTLSError) {
            var generator = SystemRandomNumberGenerator()
            let start = Self.cpuNanoseconds
            connection = try Connection(configuration: configuration, at: .zero, using: &generator)
            connection.expect(fingerprints: [fingerprint])
            nanoseconds = Self.cpuNanoseconds - start
        }

        /// Of this thread.
        private static var cpuNanoseconds: UInt64 {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        }

        /// Takes datagrams and gives back those that follow from them.
        func exchange(_ datagrams: [[UInt8]], at now: MonotonicTime) -> [[UInt8]] {
            var answers: [[UInt8]] = []
            var buffer = [UInt8](repeating: 0, count: 2048)
            let start = Self.cpuNanoseconds
            for datagram in datagrams { connection.receive(datagram.rawSpan, at: now) }
            while true {
                var span = buffer.mutableSpan
                var bytes = span.mutableBytes
                guard let count = connection.nextTransmit(into: &bytes) else { break }
                answers.append(Array(buffer[..<count]))
            }
            while let event = connection.nextEvent() {
                if case .connected(let summary) = event { self.summary = summary }
            }
            nanoseconds += Self.cpuNanoseconds - start
            return answers
        }

        var nextDeadline: MonotonicTime? { connection.nextDeadline }

        func advance(to now: MonotonicTime) { connection.advance(to: now) }

        /// Lets go of what the owner was told.
        func forget() { summary = nil }
    }

    let client: Side
    let server: Side

    private static let identities = Result {
        let present = UInt64(time(nil))
        return (
            client: try CertificateIdentity.selfSigned(unixSeconds: present),
            server: try CertificateIdentity.selfSigned(unixSeconds: present)
        )
    }

    init(_ kind: Kind) throws {
        let identities = try Self.identities.get()
        func configuration(_ role: Configuration.Role, _ identity: CertificateIdentity) -> Configuration {
            var configuration = Configuration.media(role: role, identity: identity)
            switch kind {
            case .v12:
                configuration.versions = [.dtls12]
                configuration.groups = [.x25519]
                configuration.keyShareGroups = [.x25519]
            case .v13:
                configuration.versions = [.dtls13]
            }
            return configuration
        }
        client = try Side(configuration(.client, identities.client), expecting: identities.server.fingerprint())
        server = try Side(configuration(.server, identities.server), expecting: identities.client.fingerprint())
        var flight = client.exchange([], at: .zero)
        for _ in 0..<20 where !flight.isEmpty || client.summary == nil {
            flight = client.exchange(server.exchange(flight, at: .zero), at: .zero)
        }
        guard let summary = server.summary, client.summary != nil else { throw Failed() }
        let isRight =
            switch kind {
            case .v12: summary.version == .dtls12 && summary.group == .x25519
            case .v13: summary.version == .dtls13 && summary.group == .x25519MLKEM768
            }
        guard isRight, summary.srtpKeyingMaterial != nil, summary.peerCertificate != nil else { throw Failed() }
    }

    /// Lets the time pass in which last flights are acknowledged and late records are waited for.
    func settle() throws {
        for _ in 0..<100 {
            guard let now = [client.nextDeadline, server.nextDeadline].compactMap({ $0 }).min() else {
                client.forget()
                server.forget()
                return
            }
            client.advance(to: now)
            server.advance(to: now)
            for _ in 0..<3 {
                let toClient = server.exchange(client.exchange([], at: now), at: now)
                _ = server.exchange(client.exchange(toClient, at: now), at: now)
            }
        }
        throw Failed()
    }
}
