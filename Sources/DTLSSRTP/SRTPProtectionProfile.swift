/// An SRTP protection profile that use_srtp can choose (RFC 5764 section 4.1.2, RFC 7714 section 14.2).
public enum SRTPProtectionProfile: UInt16, Hashable, Sendable, CaseIterable {
    case aes128CMHMACSHA1Tag80 = 0x0001
    case aeadAES128GCM = 0x0007
    case aeadAES256GCM = 0x0008

    /// AEAD first; the last is for those who have nothing else.
    public static let preferred: [SRTPProtectionProfile] = [.aeadAES128GCM, .aeadAES256GCM, .aes128CMHMACSHA1Tag80]

    /// The length of the master key in bytes.
    public var keyLength: Int { self == .aeadAES256GCM ? 32 : 16 }

    /// The length of the master salt in bytes.
    public var saltLength: Int { self == .aes128CMHMACSHA1Tag80 ? 14 : 12 }

    /// What the exporter is asked for: both keys and both salts.
    var keyingMaterialLength: Int { 2 * (keyLength + saltLength) }
}
