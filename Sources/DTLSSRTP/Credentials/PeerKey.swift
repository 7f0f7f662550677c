import Crypto
import SwiftASN1
import X509
import _CryptoExtras

/// The public key in a peer's certificate.
enum PeerKey: Sendable {
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)
    case rsa(_RSA.Signing.PublicKey)

    /// Reads a certificate for its key alone. Names, dates and extensions are not judged: the fingerprint is the proof.
    init(certificate: [UInt8]) throws(DTLSError) {
        guard let certificate = try? Certificate(derEncoded: certificate) else { throw .badCertificate }
        let key = certificate.publicKey
        if let key = P256.Signing.PublicKey(key) {
            self = .p256(key)
        } else if let key = P384.Signing.PublicKey(key) {
            self = .p384(key)
        } else if let key = P521.Signing.PublicKey(key) {
            self = .p521(key)
        } else if let key = _RSA.Signing.PublicKey(key) {
            self = .rsa(key)
        } else {
            throw .badCertificate
        }
    }

    /// True when a signature by this key may use the scheme.
    func allows(_ scheme: SignatureScheme, version: ProtocolVersion) -> Bool {
        switch (self, version) {
        case (.rsa, .dtls12): scheme.keyKind == .rsa
        case (.rsa, .dtls13): scheme.keyKind == .rsa && !scheme.isPKCS1
        case (.p256, .dtls13): scheme == .ecdsaSHA256
        case (.p384, .dtls13): scheme == .ecdsaSHA384
        case (.p521, .dtls13): scheme == .ecdsaSHA512
        case (_, .dtls12): scheme.keyKind == .ecdsa
        }
    }

    var kind: SignatureScheme.KeyKind {
        if case .rsa = self { .rsa } else { .ecdsa }
    }

    func verify(
        _ signature: [UInt8],
        of message: [UInt8],
        scheme code: UInt16,
        version: ProtocolVersion
    ) throws(DTLSError) {
        guard let scheme = SignatureScheme(rawValue: code), allows(scheme, version: version) else {
            throw .illegalParameter(type: UInt16(HandshakeType.certificateVerify.rawValue))
        }
        let isValid =
            switch scheme.digest {
            case .sha256: isValid(signature, for: SHA256.hash(data: message), scheme: scheme)
            case .sha384: isValid(signature, for: SHA384.hash(data: message), scheme: scheme)
            case .sha512: isValid(signature, for: SHA512.hash(data: message), scheme: scheme)
            }
        guard isValid else { throw .badSignature(scheme: code) }
    }

    private func isValid(_ signature: [UInt8], for digest: some Digest, scheme: SignatureScheme) -> Bool {
        switch self {
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p384(let key):
            guard let signature = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p521(let key):
            guard let signature = try? P521.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: digest)
        case .rsa(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: digest,
                padding: scheme.isPKCS1 ? .insecurePKCS1v1_5 : .PSS
            )
        }
    }
}
