import Crypto
import _CryptoExtras

/// One side's half of a key exchange that waits for the other.
///
/// Private keys and encapsulations come from the library's own generator, which cannot be seeded.
enum KeyExchange: Sendable {
    case secp256r1(P256.KeyAgreement.PrivateKey)
    case secp384r1(P384.KeyAgreement.PrivateKey)
    case x25519(Curve25519.KeyAgreement.PrivateKey)
    case x25519MLKEM768(MLKEM768.PrivateKey, Curve25519.KeyAgreement.PrivateKey)

    init(group: NamedGroup) throws(DTLSError) {
        switch group {
        case .secp256r1: self = .secp256r1(P256.KeyAgreement.PrivateKey())
        case .secp384r1: self = .secp384r1(P384.KeyAgreement.PrivateKey())
        case .x25519: self = .x25519(Curve25519.KeyAgreement.PrivateKey())
        case .x25519MLKEM768:
            guard let key = try? MLKEM768.PrivateKey() else { throw .localKeyFailure }
            self = .x25519MLKEM768(key, Curve25519.KeyAgreement.PrivateKey())
        }
    }

    var group: NamedGroup {
        switch self {
        case .secp256r1: .secp256r1
        case .secp384r1: .secp384r1
        case .x25519: .x25519
        case .x25519MLKEM768: .x25519MLKEM768
        }
    }

    /// The client's share, or either side's in an elliptic group.
    var share: [UInt8] {
        switch self {
        case .secp256r1(let key): Array(key.publicKey.x963Representation)
        case .secp384r1(let key): Array(key.publicKey.x963Representation)
        case .x25519(let key): Array(key.publicKey.rawRepresentation)
        case .x25519MLKEM768(let kem, let key):
            Array(kem.publicKey.rawRepresentation) + Array(key.publicKey.rawRepresentation)
        }
    }

    /// The shared secret with the server's share, or with either side's in an elliptic group.
    func sharedSecret(withPeerShare peer: [UInt8]) throws(DTLSError) -> SymmetricKey {
        do {
            switch self {
            case .secp256r1(let key):
                // Uncompressed points only (RFC 8446 section 4.2.8.2): the library would take others.
                guard peer.count == 65, peer.first == 4 else { throw DTLSError.badKeyShare(group: group.rawValue) }
                return try key.sharedSecretFromKeyAgreement(with: P256.KeyAgreement.PublicKey(x963Representation: peer))
                    .symmetricKey
            case .secp384r1(let key):
                guard peer.count == 97, peer.first == 4 else { throw DTLSError.badKeyShare(group: group.rawValue) }
                return try key.sharedSecretFromKeyAgreement(with: P384.KeyAgreement.PublicKey(x963Representation: peer))
                    .symmetricKey
            case .x25519(let key):
                return try Self.agree(key, peer[...])
            case .x25519MLKEM768(let kem, let key):
                guard peer.count == Self.ciphertextLength + 32 else {
                    throw DTLSError.badKeyShare(group: group.rawValue)
                }
                let first = try kem.decapsulate(peer[..<Self.ciphertextLength])
                return Self.joined(first, try Self.agree(key, peer[Self.ciphertextLength...]))
            }
        } catch {
            throw .badKeyShare(group: group.rawValue)
        }
    }

    /// The server's whole exchange: its share and the shared secret.
    static func respond(
        group: NamedGroup,
        peerShare: [UInt8]
    ) throws(DTLSError) -> (share: [UInt8], secret: SymmetricKey) {
        guard group == .x25519MLKEM768 else {
            let exchange = try KeyExchange(group: group)
            return (exchange.share, try exchange.sharedSecret(withPeerShare: peerShare))
        }
        do {
            guard peerShare.count == encapsulationKeyLength + 32 else {
                throw DTLSError.badKeyShare(group: group.rawValue)
            }
            let kem = try MLKEM768.PublicKey(rawRepresentation: peerShare[..<encapsulationKeyLength]).encapsulate()
            let key = Curve25519.KeyAgreement.PrivateKey()
            let second = try agree(key, peerShare[encapsulationKeyLength...])
            return (
                Array(kem.encapsulated) + Array(key.publicKey.rawRepresentation), joined(kem.sharedSecret, second)
            )
        } catch {
            throw .badKeyShare(group: group.rawValue)
        }
    }

    /// FIPS 203, table 3.
    private static let encapsulationKeyLength = 1184
    private static let ciphertextLength = 1088

    private static func agree(
        _ key: Curve25519.KeyAgreement.PrivateKey,
        _ peer: ArraySlice<UInt8>
    ) throws -> SymmetricKey {
        let secret = try key.sharedSecretFromKeyAgreement(
            with: Curve25519.KeyAgreement.PublicKey(rawRepresentation: peer)
        )
        // A point of low order makes every secret zero (RFC 8446 section 7.4.2); the library lets it pass.
        guard unsafe secret.withUnsafeBytes({ unsafe $0.reduce(0, |) }) != 0 else {
            throw DTLSError.badKeyShare(group: NamedGroup.x25519.rawValue)
        }
        return secret.symmetricKey
    }

    private static func joined(_ first: SymmetricKey, _ second: SymmetricKey) -> SymmetricKey {
        var bytes = first.exposedBytes()
        var tail = second.exposedBytes()
        bytes += tail
        tail.wipe()
        return SymmetricKey(wiping: &bytes)
    }
}

extension SharedSecret {
    fileprivate var symmetricKey: SymmetricKey {
        unsafe withUnsafeBytes { unsafe SymmetricKey(data: $0) }
    }
}
