/// Who does the cryptography.
public enum SRTPBackEnd: Sendable, Hashable, CaseIterable {
    /// AES-GCM through OpenSSL's EVP interface with reused contexts, key derivation and replay protection of our own. Only
    /// the AEAD profiles. It allocates nothing per packet.
    case openSSL
    /// libsrtp, every profile. What it allocates depends on how it was built: see ``LibSRTP/cryptography``.
    case libSRTP

    public func supports(_ profile: ProtectionProfile) -> Bool {
        self == .libSRTP || profile.isAEAD
    }

    /// The faster one that knows the profile.
    public static func preferred(for profile: ProtectionProfile) -> SRTPBackEnd {
        profile.isAEAD ? .openSSL : .libSRTP
    }
}
