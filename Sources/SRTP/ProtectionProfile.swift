/// How SRTP encrypts and authenticates: an SRTP protection profile, by its number in `use_srtp` (RFC 5764 section 4.1.2,
/// RFC 7714 section 14.2).
public enum ProtectionProfile: UInt16, Sendable, Hashable, CaseIterable {
    case aes128CMHMACSHA1_80 = 0x0001
    case aeadAES128GCM = 0x0007
    case aeadAES256GCM = 0x0008

    /// True for the profiles that encrypt and authenticate in one pass (RFC 7714).
    public var isAEAD: Bool { self != .aes128CMHMACSHA1_80 }

    /// The master key in bytes.
    public var keyLength: Int { self == .aeadAES256GCM ? 32 : 16 }

    /// The master salt in bytes.
    public var saltLength: Int { isAEAD ? 12 : 14 }

    /// The authentication tag in bytes.
    public var tagLength: Int { isAEAD ? 16 : 10 }

    /// How many bytes protecting an RTP packet adds behind it: the tailroom its slot needs.
    public var rtpOverhead: Int { tagLength }

    /// How many bytes protecting an RTCP packet adds behind it: the tag and the index with the E bit.
    public var rtcpOverhead: Int { tagLength + 4 }

    /// What a DTLS-SRTP handshake exports: two keys and two salts (RFC 5764 section 4.2).
    public var exportedKeyingMaterialLength: Int { 2 * (keyLength + saltLength) }
}
