import Crypto

/// The hash of a cipher suite: of its transcript, its PRF or its HKDF.
enum HashAlgorithm: Hashable, Sendable {
    case sha256
    case sha384

    /// The length of a digest in bytes.
    var length: Int { self == .sha256 ? 32 : 48 }

    func digest(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha384: Array(SHA384.hash(data: bytes))
        }
    }

    func authenticate(_ bytes: [UInt8], key: SymmetricKey) -> [UInt8] {
        switch self {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .sha384: Array(HMAC<SHA384>.authenticationCode(for: bytes, using: key))
        }
    }

    /// HKDF-Extract (RFC 5869 section 2.2).
    func extract(inputKeyMaterial: SymmetricKey, salt: SymmetricKey) -> SymmetricKey {
        // The standard call takes the salt as bytes; an HMAC under the salt is the same function and leaves no copy.
        unsafe inputKeyMaterial.withUnsafeBytes { bytes in
            switch self {
            case .sha256:
                var code = HMAC<SHA256>(key: salt)
                unsafe code.update(data: bytes)
                return SymmetricKey(data: code.finalize())
            case .sha384:
                var code = HMAC<SHA384>(key: salt)
                unsafe code.update(data: bytes)
                return SymmetricKey(data: code.finalize())
            }
        }
    }

    /// HKDF-Expand (RFC 5869 section 2.3).
    func expand(_ secret: SymmetricKey, info: [UInt8], length: Int) -> SymmetricKey {
        switch self {
        case .sha256: HKDF<SHA256>.expand(pseudoRandomKey: secret, info: info, outputByteCount: length)
        case .sha384: HKDF<SHA384>.expand(pseudoRandomKey: secret, info: info, outputByteCount: length)
        }
    }
}

extension SymmetricKey {
    /// A copy of the bytes, for what is sent or compared. Secrets stay inside.
    func exposedBytes() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe Array($0) }
    }

    /// Takes over bytes and overwrites them where they were.
    init(wiping bytes: inout [UInt8]) {
        self.init(data: bytes)
        bytes.wipe()
    }
}

extension [UInt8] {
    /// Overwrites every byte. Only the owner's copy: call it where the array is not shared.
    @inline(never)
    mutating func wipe() {
        for index in indices { self[index] = 0 }
    }
}
