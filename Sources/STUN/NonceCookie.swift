public import Wire

/// What a server claims to support, inside its nonces, so that nobody on the path can take it away (RFC 8489 section 9.2).
///
/// A nonce that claims anything starts with nine fixed characters and then base64 of 24 bits. The bits are counted from the
/// right, as erratum 6290 says.
public struct SecurityFeatures: OptionSet, Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue & 0xFF_FFFF
    }

    /// Bit 0: PASSWORD-ALGORITHMS.
    public static let passwordAlgorithms = SecurityFeatures(rawValue: 1 << 0)
    /// Bit 1: USERHASH.
    public static let usernameAnonymity = SecurityFeatures(rawValue: 1 << 1)
}

/// The start of a nonce that carries ``SecurityFeatures``.
public enum NonceCookie {
    /// The number of characters: nine fixed ones and four of base64.
    public static let byteCount = 13

    private static let prefix: StaticString = "obMatJos2"
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// Writes the ``byteCount`` characters of the cookie.
    public static func write(_ features: SecurityFeatures, to writer: inout ByteWriter) throws(WireError) {
        for index in 0..<9 { try writer.write(character(prefix, index)) }
        for index in 0..<4 {
            try writer.write(character(alphabet, Int(features.rawValue >> UInt32(18 - 6 * index) & 0x3F)))
        }
    }

    /// The features that a nonce claims; nil when it has no cookie, as from servers of RFC 5389.
    public static func features(of nonce: RawSpan) -> SecurityFeatures? {
        guard nonce.byteCount >= byteCount else { return nil }
        for index in 0..<9 where nonce.loadUInt8(at: index) != character(prefix, index) { return nil }
        var value: UInt32 = 0
        for index in 9..<13 {
            guard let digit = digit(nonce.loadUInt8(at: index)) else { return nil }
            value = value << 6 | digit
        }
        return SecurityFeatures(rawValue: value)
    }

    private static func character(_ string: StaticString, _ index: Int) -> UInt8 {
        string.withUTF8Buffer { unsafe $0[index] }
    }

    private static func digit(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
