import Crypto
import Foundation
import SwiftASN1
import X509
import _CryptoExtras

@testable import DTLSSRTP

/// Identities with keys that the server does not make itself.
enum TestIdentities {
    static let rsa: CertificateIdentity = {
        do {
            let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            return CertificateIdentity(
                chain: [try certificate(Certificate.PrivateKey(key), .sha256WithRSAEncryption)],
                key: .rsa(key)
            )
        } catch {
            fatalError("a key can be made: \(error)")
        }
    }()

    static let p384: CertificateIdentity = {
        do {
            let key = P384.Signing.PrivateKey()
            return CertificateIdentity(
                chain: [try certificate(Certificate.PrivateKey(key), .ecdsaWithSHA384)],
                key: .p384(key)
            )
        } catch {
            fatalError("a key can be made: \(error)")
        }
    }()

    private static func certificate(
        _ key: Certificate.PrivateKey,
        _ algorithm: Certificate.SignatureAlgorithm
    ) throws -> [UInt8] {
        let name = try DistinguishedName { CommonName("test") }
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSince1970: 0),
            notValidAfter: Date(timeIntervalSince1970: 86400),
            issuer: name,
            subject: name,
            signatureAlgorithm: algorithm,
            extensions: Certificate.Extensions(),
            issuerPrivateKey: key
        )
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }
}
