import COpenSSL

/// What a derived key is for (RFC 3711 section 4.3.1 and 4.3.2).
enum KeyLabel: UInt8 {
    case rtpEncryption = 0
    case rtpAuthentication = 1
    case rtpSalt = 2
    case rtcpEncryption = 3
    case rtcpAuthentication = 4
    case rtcpSalt = 5
}

/// Session keys from a master key: AES in counter mode, derived once (key derivation rate 0, RFC 3711 section 4.3).
enum KeyDerivation {
    /// `count` bytes of the key stream for `label`.
    ///
    /// A salt of 12 bytes counts as one of 14 that ends in zeros (RFC 7714 section 11).
    static func derive(_ label: KeyLabel, count: Int, from master: MasterKey) throws(SRTPError) -> [UInt8] {
        // x = label * 2^48 XOR salt, and the counter block is x * 2^16: the label meets byte 7 of 16.
        var block = master.salt + [UInt8](repeating: 0, count: 16 - master.salt.count)
        block[7] ^= label.rawValue
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .outOfMemory }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let cipher = unsafe master.key.count == 32 ? EVP_aes_256_ctr() : EVP_aes_128_ctr()
        guard unsafe EVP_EncryptInit_ex(context, cipher, nil, master.key, block) == 1 else {
            throw .backEnd(status: -1)
        }
        let zeros = [UInt8](repeating: 0, count: count)
        var derived = zeros
        var written: Int32 = 0
        guard unsafe EVP_EncryptUpdate(context, &derived, &written, zeros, Int32(count)) == 1, written == count else {
            throw .backEnd(status: -1)
        }
        return derived
    }
}
