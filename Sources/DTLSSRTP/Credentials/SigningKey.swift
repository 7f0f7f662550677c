import Crypto
import _CryptoExtras

/// The private key of a certificate.
enum SigningKey: Sendable {
    case p256(P256.Signing.PrivateKey)
    case p384(P384.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)

    /// The scheme with which this key signs for a peer that offers `offered`, or nil.
    ///
    /// In 1.3 a curve has one scheme (RFC 8446 section 4.2.3) and RSA signs with PSS only.
    func scheme(for offered: [UInt16], version: ProtocolVersion) -> SignatureScheme? {
        let candidates: [SignatureScheme]
        switch self {
        case .p256: candidates = version == .dtls13 ? [.ecdsaSHA256] : [.ecdsaSHA256, .ecdsaSHA384]
        case .p384: candidates = version == .dtls13 ? [.ecdsaSHA384] : [.ecdsaSHA384, .ecdsaSHA256]
        case .rsa:
            let pss: [SignatureScheme] = [.rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512]
            candidates = version == .dtls13 ? pss : pss + [.rsaPKCS1SHA256, .rsaPKCS1SHA384, .rsaPKCS1SHA512]
        }
        return candidates.first { offered.contains($0.rawValue) }
    }

    var kind: SignatureScheme.KeyKind {
        if case .rsa = self { .rsa } else { .ecdsa }
    }

    func sign(_ message: [UInt8], scheme: SignatureScheme) throws(DTLSError) -> [UInt8] {
        do {
            return switch scheme.digest {
            case .sha256: try sign(digest: SHA256.hash(data: message), scheme: scheme)
            case .sha384: try sign(digest: SHA384.hash(data: message), scheme: scheme)
            case .sha512: try sign(digest: SHA512.hash(data: message), scheme: scheme)
            }
        } catch {
            throw .localKeyFailure
        }
    }

    private func sign(digest: some Digest, scheme: SignatureScheme) throws -> [UInt8] {
        switch self {
        case .p256(let key): try Array(key.signature(for: digest).derRepresentation)
        case .p384(let key): try Array(key.signature(for: digest).derRepresentation)
        case .rsa(let key):
            try Array(
                key.signature(for: digest, padding: scheme.isPKCS1 ? .insecurePKCS1v1_5 : .PSS).rawRepresentation
            )
        }
    }
}
