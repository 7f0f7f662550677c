/// The comprehension-required attributes that an agent knows: one word, because all of them are below 0x0040.
public struct AttributeTypeSet: Sendable, BitwiseCopyable, ExpressibleByArrayLiteral {
    @usableFromInline
    var bits: UInt64 = 0

    /// Types of 0x0040 and above are left out: no agent here knows one of them, or they are comprehension-optional.
    @inlinable
    public init(arrayLiteral elements: AttributeType...) {
        for type in elements where type.rawValue < 64 { bits |= 1 << UInt64(type.rawValue) }
    }

    @inlinable
    public func contains(_ type: AttributeType) -> Bool {
        type.rawValue < 64 && bits >> UInt64(type.rawValue) & 1 == 1
    }

    @inlinable
    public func union(_ other: AttributeTypeSet) -> AttributeTypeSet {
        var union = self
        union.bits |= other.bits
        return union
    }

    /// RFC 8489: what every agent knows.
    public static let stun: AttributeTypeSet = [
        .mappedAddress, .username, .messageIntegrity, .errorCode, .unknownAttributes, .realm, .nonce,
        .messageIntegritySHA256, .passwordAlgorithm, .userHash, .xorMappedAddress,
    ]

    /// RFC 8656: for TURN, besides ``stun``. DONT-FRAGMENT is not among them: add it where it is supported.
    public static let turn: AttributeTypeSet = [
        .channelNumber, .lifetime, .xorPeerAddress, .data, .xorRelayedAddress, .requestedAddressFamily, .evenPort,
        .requestedTransport, .reservationToken,
    ]

    /// RFC 8445: for connectivity checks, besides ``stun``.
    public static let ice: AttributeTypeSet = [.priority, .useCandidate]
}
