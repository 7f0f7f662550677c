import Crypto
import _CryptoExtras

/// The AEADs of the cipher suites.
enum AEADAlgorithm: Hashable, Sendable {
    case aes128GCM
    case aes256GCM
    case chaCha20Poly1305

    static let nonceLength = 12
    static let tagLength = 16

    /// The length of the key in bytes; the key that encrypts record numbers is as long.
    var keyLength: Int { self == .aes128GCM ? 16 : 32 }

    /// What a 1.2 key block holds for the nonce: GCM sends the other eight bytes with each record (RFC 5288 section 3),
    /// ChaCha20 sends none (RFC 7905 section 2).
    var fixedIVLength12: Int { self == .chaCha20Poly1305 ? 12 : 4 }

    /// After how many records a 1.3 key is renewed (RFC 9147 section 4.5.3 allows 2^24.5 for GCM). Version 1.2 has no new keys
    /// without renegotiation, so there the 48-bit record number is the limit.
    var sealLimit: UInt64 { self == .chaCha20Poly1305 ? 1 << 40 : 1 << 24 }

    /// How many forgeries a key may see (RFC 9147 section 4.5.3).
    static let forgeryLimit: UInt64 = 1 << 36
}

/// A key with its algorithm.
struct AEADKey: Sendable {
    let algorithm: AEADAlgorithm
    let key: SymmetricKey

    /// The ciphertext followed by the tag; nil where the library refuses, which it does for no input of ours.
    func seal(_ plaintext: [UInt8], nonce: [UInt8], additionalData: [UInt8]) -> [UInt8]? {
        switch algorithm {
        case .aes128GCM, .aes256GCM:
            guard let nonce = try? AES.GCM.Nonce(data: nonce),
                let box = try? AES.GCM.seal(plaintext, using: key, nonce: nonce, authenticating: additionalData)
            else { return nil }
            return Array(box.ciphertext) + Array(box.tag)
        case .chaCha20Poly1305:
            guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
                let box = try? ChaChaPoly.seal(plaintext, using: key, nonce: nonce, authenticating: additionalData)
            else { return nil }
            return Array(box.ciphertext) + Array(box.tag)
        }
    }

    /// The plaintext, or nil when the bytes are not what the holder of the key sealed.
    func open(_ sealed: ArraySlice<UInt8>, nonce: [UInt8], additionalData: [UInt8]) -> [UInt8]? {
        guard sealed.count >= AEADAlgorithm.tagLength else { return nil }
        let border = sealed.endIndex - AEADAlgorithm.tagLength
        switch algorithm {
        case .aes128GCM, .aes256GCM:
            guard let nonce = try? AES.GCM.Nonce(data: nonce),
                let box = try? AES.GCM.SealedBox(
                    nonce: nonce,
                    ciphertext: sealed[..<border],
                    tag: sealed[border...]
                ),
                let plaintext = try? AES.GCM.open(box, using: key, authenticating: additionalData)
            else { return nil }
            return Array(plaintext)
        case .chaCha20Poly1305:
            guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
                let box = try? ChaChaPoly.SealedBox(
                    nonce: nonce,
                    ciphertext: sealed[..<border],
                    tag: sealed[border...]
                ),
                let plaintext = try? ChaChaPoly.open(box, using: key, authenticating: additionalData)
            else { return nil }
            return Array(plaintext)
        }
    }

    /// The bytes that hide a record number, made of the first 16 bytes of the ciphertext (RFC 9147 section 4.2.3).
    func recordNumberMask(sample: ArraySlice<UInt8>) -> [UInt8]? {
        guard sample.count == 16 else { return nil }
        switch algorithm {
        case .aes128GCM, .aes256GCM:
            var block = Array(sample)
            guard (try? AES.permute(&block, key: key)) != nil else { return nil }
            return block
        case .chaCha20Poly1305:
            let border = sample.startIndex + 4
            guard let counter = try? Insecure.ChaCha20CTR.Counter(data: sample[..<border]),
                let nonce = try? Insecure.ChaCha20CTR.Nonce(data: sample[border...]),
                let mask = try? Insecure.ChaCha20CTR.encrypt(
                    [UInt8](repeating: 0, count: 2),
                    using: key,
                    counter: counter,
                    nonce: nonce
                )
            else { return nil }
            return Array(mask)
        }
    }
}
