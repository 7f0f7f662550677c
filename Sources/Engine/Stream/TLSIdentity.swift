internal import NIOSSL
internal import Synchronization

/// The certificate chain and key of the TLS listeners. New handshakes use what was loaded last; connections that are up go on.
public final class TLSIdentity: Sendable {
    /// Why a certificate or a key cannot be used.
    public struct LoadingError: Error, CustomStringConvertible {
        public let description: String
    }

    private let current: Mutex<NIOSSLContext>

    /// Reads PEM files.
    ///
    /// - Throws: When a file cannot be read, holds no certificate or key, or the two do not belong together.
    public init(certificatePath: String, keyPath: String) throws(LoadingError) {
        current = Mutex(try Self.load(certificatePath: certificatePath, keyPath: keyPath))
    }

    /// Reads the files again; on an error what was there stays.
    public func reload(certificatePath: String, keyPath: String) throws(LoadingError) {
        let context = try Self.load(certificatePath: certificatePath, keyPath: keyPath)
        current.withLock { $0 = context }
    }

    var context: NIOSSLContext { current.withLock { $0 } }

    private static func load(certificatePath: String, keyPath: String) throws(LoadingError) -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
            guard !chain.isEmpty else { throw LoadingError(description: "\(certificatePath) holds no certificate") }
            let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
            // RFC 7443: TURN over TLS says so; a client that says nothing is welcome.
            configuration.applicationProtocols = ["stun.turn"]
            configuration.minimumTLSVersion = .tlsv12
            return try NIOSSLContext(configuration: configuration)
        } catch let error as LoadingError {
            throw error
        } catch {
            throw LoadingError(description: "\(certificatePath) and \(keyPath): \(error)")
        }
    }
}
