import Crypto
import DTLSSRTP
import Foundation
import SwiftASN1
import X509
import _CryptoExtras

/// A key and its self-signed certificate in the forms that both implementations load.
struct TestKey {
    let certificate: [UInt8]
    /// PKCS #8.
    let privateKey: [UInt8]
    let identity: CertificateIdentity

    var fingerprint: Fingerprint { Fingerprint(of: certificate) }

    static let p256 = make {
        let key = P256.Signing.PrivateKey()
        return (Certificate.PrivateKey(key), .ecdsaWithSHA256, Array(key.derRepresentation), key.pemRepresentation)
    }

    static let rsa = make {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        return (
            Certificate.PrivateKey(key), .sha256WithRSAEncryption, Array(key.pkcs8DERRepresentation),
            key.pemRepresentation
        )
    }

    private static func make(
        _ body: () throws -> (Certificate.PrivateKey, Certificate.SignatureAlgorithm, [UInt8], String)
    ) -> TestKey {
        do {
            let (key, algorithm, privateKey, pem) = try body()
            let name = try DistinguishedName { CommonName("interop") }
            let certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: key.publicKey,
                notValidBefore: Date(timeIntervalSince1970: 0),
                notValidAfter: Date(timeIntervalSince1970: 4e9),
                issuer: name,
                subject: name,
                signatureAlgorithm: algorithm,
                extensions: Certificate.Extensions(),
                issuerPrivateKey: key
            )
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            let chain = PEMDocument(type: "CERTIFICATE", derBytes: serializer.serializedBytes).pemString
            return TestKey(
                certificate: serializer.serializedBytes,
                privateKey: privateKey,
                identity: try CertificateIdentity(pemChain: chain, pemKey: pem)
            )
        } catch {
            fatalError("a key can be made: \(error)")
        }
    }
}
