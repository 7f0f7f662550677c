import Wire

/// A master key and its master salt, for one direction (RFC 3711 section 3.2.1).
public struct MasterKey: Sendable, Equatable {
    public let key: [UInt8]
    public let salt: [UInt8]

    public init(key: [UInt8], salt: [UInt8]) {
        self.key = key
        self.salt = salt
    }

    /// Cuts up what a DTLS handshake exported under `EXTRACTOR-dtls_srtp` (RFC 5764 section 4.2): both keys, then both
    /// salts, the client's first. The DTLS client sends with `client` and receives with `server`.
    ///
    /// - Throws: ``SRTPError/keyLength(expected:actual:)`` unless there are exactly
    ///   ``ProtectionProfile/exportedKeyingMaterialLength`` bytes.
    public static func pair(
        exported: RawSpan,
        profile: ProtectionProfile
    ) throws(SRTPError) -> (client: MasterKey, server: MasterKey) {
        let expected = profile.exportedKeyingMaterialLength
        guard exported.byteCount == expected else {
            throw .keyLength(expected: expected, actual: exported.byteCount)
        }
        let keyLength = profile.keyLength
        let saltStart = 2 * keyLength
        let saltMiddle = saltStart + profile.saltLength
        return (
            MasterKey(
                key: exported.extracting(0..<keyLength).array(),
                salt: exported.extracting(saltStart..<saltMiddle).array()
            ),
            MasterKey(
                key: exported.extracting(keyLength..<saltStart).array(),
                salt: exported.extracting(saltMiddle..<expected).array()
            )
        )
    }

    func check(_ profile: ProtectionProfile) throws(SRTPError) {
        guard key.count == profile.keyLength else {
            throw .keyLength(expected: profile.keyLength, actual: key.count)
        }
        guard salt.count == profile.saltLength else {
            throw .keyLength(expected: profile.saltLength, actual: salt.count)
        }
    }
}

// Keys are never printed, neither by a description nor by a dump.
extension MasterKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "MasterKey(\(key.count) + \(salt.count) bytes)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
