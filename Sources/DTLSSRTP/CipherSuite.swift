/// A cipher suite: its code point, the version that it belongs to, its AEAD and its hash.
public enum CipherSuite: UInt16, Hashable, Sendable, CaseIterable {
    // Version 1.3 (RFC 8446 appendix B.4).
    case aes128GCM = 0x1301
    case aes256GCM = 0x1302
    case chaCha20Poly1305 = 0x1303
    // Version 1.2 (RFC 5289, RFC 7905).
    case ecdheECDSAWithAES128GCM = 0xC02B
    case ecdheECDSAWithAES256GCM = 0xC02C
    case ecdheRSAWithAES128GCM = 0xC02F
    case ecdheRSAWithAES256GCM = 0xC030
    case ecdheRSAWithChaCha20Poly1305 = 0xCCA8
    case ecdheECDSAWithChaCha20Poly1305 = 0xCCA9

    /// All suites in the order that is preferred: AES-128 is the fastest wherever AES is in hardware, and media lasts no
    /// longer than a call.
    public static let preferred: [CipherSuite] = [
        .aes128GCM, .aes256GCM, .chaCha20Poly1305,
        .ecdheECDSAWithAES128GCM, .ecdheRSAWithAES128GCM,
        .ecdheECDSAWithAES256GCM, .ecdheRSAWithAES256GCM,
        .ecdheECDSAWithChaCha20Poly1305, .ecdheRSAWithChaCha20Poly1305,
    ]

    /// The signal that renegotiation is secure, in place of an empty extension (RFC 5746 section 3.3).
    static let secureRenegotiationSignal: UInt16 = 0x00FF

    public var version: ProtocolVersion {
        switch self {
        case .aes128GCM, .aes256GCM, .chaCha20Poly1305: .dtls13
        default: .dtls12
        }
    }

    var hash: HashAlgorithm {
        switch self {
        case .aes256GCM, .ecdheECDSAWithAES256GCM, .ecdheRSAWithAES256GCM: .sha384
        default: .sha256
        }
    }

    var aead: AEADAlgorithm {
        switch self {
        case .aes128GCM, .ecdheECDSAWithAES128GCM, .ecdheRSAWithAES128GCM: .aes128GCM
        case .aes256GCM, .ecdheECDSAWithAES256GCM, .ecdheRSAWithAES256GCM: .aes256GCM
        case .chaCha20Poly1305, .ecdheECDSAWithChaCha20Poly1305, .ecdheRSAWithChaCha20Poly1305: .chaCha20Poly1305
        }
    }

    /// The kind of key that the server signs with in version 1.2; nil in 1.3, where the suite does not say.
    var authentication: SignatureScheme.KeyKind? {
        switch self {
        case .ecdheECDSAWithAES128GCM, .ecdheECDSAWithAES256GCM, .ecdheECDSAWithChaCha20Poly1305: .ecdsa
        case .ecdheRSAWithAES128GCM, .ecdheRSAWithAES256GCM, .ecdheRSAWithChaCha20Poly1305: .rsa
        default: nil
        }
    }
}
