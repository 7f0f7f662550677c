internal import Wire

/// FINGERPRINT: tells STUN from other protocols on the same port (RFC 8489 section 14.7).
enum Fingerprint {
    /// The value for the bytes before the attribute; their length field must already count the attribute.
    static func value(of message: RawSpan) -> UInt32 {
        CRC32.checksum(message) ^ 0x5354_554E
    }
}

extension MessageView {
    /// Whether FINGERPRINT is there and right.
    public enum FingerprintStatus: Sendable {
        case absent
        case valid
        /// Where fingerprints are in use, such a message is discarded without a word (RFC 8489 section 6.3).
        case invalid
    }

    /// Computes the CRC over the message.
    public var fingerprintStatus: FingerprintStatus {
        guard fingerprintOffset != 0 else { return .absent }
        let expected = Fingerprint.value(of: bytes.extracting(0..<fingerprintOffset))
        return bytes.loadUInt32(at: fingerprintOffset + 4) == expected ? .valid : .invalid
    }
}
