import Crypto
import Foundation
import SwiftASN1
import X509
import _CryptoExtras

/// A certificate chain and its private key.
///
/// A value: whoever rotates makes another and gives it to new connections, while old ones keep theirs.
public struct CertificateIdentity: Sendable {
    /// DER, the end entity first.
    public let chain: [[UInt8]]
    let key: SigningKey

    /// The leaf's fingerprint, for the `a=fingerprint` line of our SDP.
    public func fingerprint(_ algorithm: Fingerprint.Algorithm = .sha256) -> Fingerprint {
        Fingerprint(of: chain.first ?? [], algorithm: algorithm)
    }

    /// Makes a P-256 key and a certificate signed by itself, as WebRTC uses.
    ///
    /// The key and the serial number come from the system's random generator: the library takes no other.
    ///
    /// - Parameters:
    ///   - unixSeconds: The present. The certificate is valid from a day before, since clocks differ.
    ///   - lifetimeSeconds: How long it says that it is valid. Peers in WebRTC do not look.
    public static func selfSigned(
        unixSeconds: UInt64,
        lifetimeSeconds: UInt64 = 30 * 86400
    ) throws -> CertificateIdentity {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("WebRTC") }
        let now = Date(timeIntervalSince1970: TimeInterval(unixSeconds))
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: now.addingTimeInterval(-86400),
            notValidAfter: now.addingTimeInterval(TimeInterval(lifetimeSeconds)),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions(),
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return CertificateIdentity(chain: [serializer.serializedBytes], key: .p256(key))
    }

    /// Reads a chain and its key from PEM text: P-256, P-384 or RSA of at least 2048 bits, in PKCS #8 or the older forms.
    public init(pemChain: String, pemKey: String) throws(CertificateIdentityError) {
        guard let documents = try? PEMDocument.parseMultiple(pemString: pemChain) else {
            throw .unreadableCertificate
        }
        let chain = documents.filter { $0.discriminator == Certificate.defaultPEMDiscriminator }.map(\.derBytes)
        guard let leaf = chain.first, let certificate = try? Certificate(derEncoded: leaf) else {
            throw .unreadableCertificate
        }
        let key: SigningKey
        if let p256 = try? P256.Signing.PrivateKey(pemRepresentation: pemKey) {
            key = .p256(p256)
        } else if let p384 = try? P384.Signing.PrivateKey(pemRepresentation: pemKey) {
            key = .p384(p384)
        } else if let rsa = try? _RSA.Signing.PrivateKey(pemRepresentation: pemKey) {
            key = .rsa(rsa)
        } else {
            throw .unreadableKey
        }
        guard certificate.publicKey == key.publicKey else { throw .keyDoesNotMatch }
        self.init(chain: chain, key: key)
    }

    init(chain: [[UInt8]], key: SigningKey) {
        self.chain = chain
        self.key = key
    }
}

/// What is wrong with a configured certificate.
public enum CertificateIdentityError: Error, Hashable, Sendable {
    case unreadableCertificate
    /// Not a P-256, P-384 or RSA key of at least 2048 bits in PEM.
    case unreadableKey
    /// The key is not the one in the first certificate.
    case keyDoesNotMatch
}

extension SigningKey {
    var publicKey: Certificate.PublicKey {
        switch self {
        case .p256(let key): Certificate.PublicKey(key.publicKey)
        case .p384(let key): Certificate.PublicKey(key.publicKey)
        case .rsa(let key): Certificate.PublicKey(key.publicKey)
        }
    }
}
