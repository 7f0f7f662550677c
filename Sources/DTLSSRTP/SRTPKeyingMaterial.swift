import Crypto
import Wire

/// The master keys and salts of both directions, exported from a handshake (RFC 5764 section 4.2).
///
/// Copies share one piece of memory, which is overwritten when the last of them goes.
public struct SRTPKeyingMaterial: Sendable {
    public let profile: SRTPProtectionProfile
    private let exported: SymmetricKey

    /// - Precondition: `exported` is as long as the profile needs.
    init(profile: SRTPProtectionProfile, exported: SymmetricKey) {
        precondition(exported.bitCount == profile.keyingMaterialLength * 8, "the exporter was asked for this length")
        self.profile = profile
        self.exported = exported
    }

    /// The exported bytes: client key, server key, client salt, server salt.
    public func withBytes<Result>(_ body: (RawSpan) -> Result) -> Result {
        unsafe exported.withUnsafeBytes { bytes in body(unsafe bytes.bytes) }
    }

    /// The master key and master salt with which packets from the DTLS client are protected.
    public func withClientKey<Result>(_ body: (_ key: RawSpan, _ salt: RawSpan) -> Result) -> Result {
        withKey(index: 0, body)
    }

    /// The master key and master salt with which packets from the DTLS server are protected.
    public func withServerKey<Result>(_ body: (_ key: RawSpan, _ salt: RawSpan) -> Result) -> Result {
        withKey(index: 1, body)
    }

    private func withKey<Result>(index: Int, _ body: (RawSpan, RawSpan) -> Result) -> Result {
        let keyLength = profile.keyLength
        let saltLength = profile.saltLength
        return withBytes { bytes in
            let key = index * keyLength
            let salt = 2 * keyLength + index * saltLength
            return body(bytes.extracting(key..<key + keyLength), bytes.extracting(salt..<salt + saltLength))
        }
    }
}
