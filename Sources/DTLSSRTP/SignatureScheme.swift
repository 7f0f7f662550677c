/// A signature algorithm (RFC 8446 section 4.2.3). In version 1.2 the ECDSA schemes name a hash and leave the curve open.
public enum SignatureScheme: UInt16, Hashable, Sendable, CaseIterable {
    case ecdsaSHA256 = 0x0403
    case ecdsaSHA384 = 0x0503
    case ecdsaSHA512 = 0x0603
    case rsaPSSSHA256 = 0x0804
    case rsaPSSSHA384 = 0x0805
    case rsaPSSSHA512 = 0x0806
    case rsaPKCS1SHA256 = 0x0401
    case rsaPKCS1SHA384 = 0x0501
    case rsaPKCS1SHA512 = 0x0601

    enum KeyKind: Hashable, Sendable {
        case ecdsa
        case rsa
    }

    enum Digest: Hashable, Sendable {
        case sha256
        case sha384
        case sha512
    }

    var keyKind: KeyKind {
        switch self {
        case .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512: .ecdsa
        default: .rsa
        }
    }

    var digest: Digest {
        switch self {
        case .ecdsaSHA256, .rsaPSSSHA256, .rsaPKCS1SHA256: .sha256
        case .ecdsaSHA384, .rsaPSSSHA384, .rsaPKCS1SHA384: .sha384
        case .ecdsaSHA512, .rsaPSSSHA512, .rsaPKCS1SHA512: .sha512
        }
    }

    /// True for PKCS #1 version 1.5, which 1.3 allows in certificates but not in CertificateVerify.
    var isPKCS1: Bool {
        switch self {
        case .rsaPKCS1SHA256, .rsaPKCS1SHA384, .rsaPKCS1SHA512: true
        default: false
        }
    }
}
