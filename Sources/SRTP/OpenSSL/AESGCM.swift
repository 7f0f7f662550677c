import COpenSSL
import RTP

/// AES-GCM under one session key and salt, in one direction (RFC 7714). The key schedule is made once; a packet sets the
/// initialisation vector only.
///
/// It owns the context, and every range is checked against the slot before a pointer is made, which is why it is safe.
@safe
struct AESGCM: ~Copyable {
    static let tagLength = 16

    enum Direction {
        case seal
        case open
    }

    private let context: OpaquePointer
    /// The session salt: its first 4 bytes and the 8 behind them.
    private let saltHead: UInt32
    private let saltTail: UInt64

    init(key: [UInt8], salt: [UInt8], direction: Direction) throws(SRTPError) {
        precondition(salt.count == 12 && (key.count == 16 || key.count == 32), "the profile gives the lengths")
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .outOfMemory }
        let cipher = unsafe key.count == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm()
        // The default length of the initialisation vector is the 12 bytes that RFC 7714 wants.
        let status =
            unsafe direction == .seal
            ? EVP_EncryptInit_ex(context, cipher, nil, key, nil)
            : EVP_DecryptInit_ex(context, cipher, nil, key, nil)
        guard status == 1 else {
            unsafe EVP_CIPHER_CTX_free(context)
            throw .backEnd(status: -1)
        }
        unsafe self.context = context
        saltHead = salt[..<4].reduce(0) { $0 << 8 | UInt32($1) }
        saltTail = salt[4...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    deinit {
        // Overwrites the key, too.
        unsafe EVP_CIPHER_CTX_free(context)
    }

    /// Two zero bytes, SSRC and a 48-bit index, XOR the salt (RFC 7714 section 8.1; 9.1 for RTCP, whose index has 31 bits).
    private func vector(_ ssrc: SSRC, _ index: UInt64) -> (UInt32, UInt32, UInt32) {
        let head = saltHead ^ (ssrc.rawValue >> 16)
        let tail = saltTail ^ (UInt64(ssrc.rawValue & 0xFFFF) << 48 | index)
        return (
            head.bigEndian, UInt32(truncatingIfNeeded: tail >> 32).bigEndian, UInt32(truncatingIfNeeded: tail).bigEndian
        )
    }

    /// Encrypts `text` in place, and writes the tag over `header` and `trailer` and it right behind it.
    ///
    /// The ranges lie in `slot`, and so do the 16 bytes behind `text`. `trailer` may be empty.
    func seal(
        _ slot: inout MutableRawSpan,
        header: Range<Int>,
        text: Range<Int>,
        trailer: Range<Int>,
        ssrc: SSRC,
        index: UInt64
    ) throws(SRTPError) {
        precondition(text.upperBound + Self.tagLength <= slot.byteCount, "the tag needs room")
        var vector = vector(ssrc, index)
        let isSealed = unsafe slot.withUnsafeMutableBytes { bytes in
            guard let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
            var written: Int32 = 0
            let isReady = unsafe withUnsafeBytes(of: &vector) {
                unsafe EVP_EncryptInit_ex(
                    context,
                    nil,
                    nil,
                    nil,
                    $0.baseAddress?.assumingMemoryBound(to: UInt8.self)
                ) == 1
            }
            guard isReady,
                unsafe EVP_EncryptUpdate(context, nil, &written, base + header.lowerBound, Int32(header.count)) == 1,
                unsafe trailer.isEmpty
                    || EVP_EncryptUpdate(context, nil, &written, base + trailer.lowerBound, Int32(trailer.count)) == 1,
                unsafe text.isEmpty
                    || EVP_EncryptUpdate(
                        context,
                        base + text.lowerBound,
                        &written,
                        base + text.lowerBound,
                        Int32(text.count)
                    ) == 1,
                unsafe EVP_EncryptFinal_ex(context, base + text.upperBound, &written) == 1
            else { return false }
            return unsafe EVP_CIPHER_CTX_ctrl(
                context,
                EVP_CTRL_AEAD_GET_TAG,
                Int32(Self.tagLength),
                base + text.upperBound
            ) == 1
        }
        guard isSealed else { throw .backEnd(status: -1) }
    }

    /// Decrypts `text` in place if the tag right behind it matches.
    ///
    /// - Throws: ``SRTPError/authenticationFailed``; `text` is not what it was then.
    func open(
        _ slot: inout MutableRawSpan,
        header: Range<Int>,
        text: Range<Int>,
        trailer: Range<Int>,
        ssrc: SSRC,
        index: UInt64
    ) throws(SRTPError) {
        precondition(text.upperBound + Self.tagLength <= slot.byteCount, "the tag lies behind the text")
        var vector = vector(ssrc, index)
        let status: Int32 = unsafe slot.withUnsafeMutableBytes { bytes in
            guard let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return -1 }
            var written: Int32 = 0
            let isReady = unsafe withUnsafeBytes(of: &vector) {
                unsafe EVP_DecryptInit_ex(
                    context,
                    nil,
                    nil,
                    nil,
                    $0.baseAddress?.assumingMemoryBound(to: UInt8.self)
                ) == 1
            }
            guard isReady,
                unsafe EVP_CIPHER_CTX_ctrl(
                    context,
                    EVP_CTRL_AEAD_SET_TAG,
                    Int32(Self.tagLength),
                    base + text.upperBound
                ) == 1,
                unsafe EVP_DecryptUpdate(context, nil, &written, base + header.lowerBound, Int32(header.count)) == 1,
                unsafe trailer.isEmpty
                    || EVP_DecryptUpdate(context, nil, &written, base + trailer.lowerBound, Int32(trailer.count)) == 1,
                unsafe text.isEmpty
                    || EVP_DecryptUpdate(
                        context,
                        base + text.lowerBound,
                        &written,
                        base + text.lowerBound,
                        Int32(text.count)
                    ) == 1
            else { return -1 }
            return unsafe EVP_DecryptFinal_ex(context, base + text.upperBound, &written) == 1 ? 1 : 0
        }
        switch status {
        case 1: return
        case 0: throw .authenticationFailed
        default: throw .backEnd(status: -1)
        }
    }
}
