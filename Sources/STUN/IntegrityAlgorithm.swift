/// Which of the two attributes authenticates a message.
public enum IntegrityAlgorithm: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    /// MESSAGE-INTEGRITY: HMAC-SHA1 (RFC 8489 section 14.5).
    case sha1
    /// MESSAGE-INTEGRITY-SHA256: HMAC-SHA256, not truncated (RFC 8489 section 14.6).
    case sha256

    @inlinable
    public var attributeType: AttributeType {
        switch self {
        case .sha1: .messageIntegrity
        case .sha256: .messageIntegritySHA256
        }
    }

    /// The length of the HMAC in bytes.
    @inlinable
    public var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha256: 32
        }
    }
}
