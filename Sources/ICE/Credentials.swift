public import STUN
public import Wire

/// What the agent proves checks with, and what is in its descriptions (RFC 8445 section 5.3).
public struct Credentials: Sendable {
    /// Eight ICE characters, 48 bits of randomness: one word, so that a check finds its agent with one lookup.
    public let ufrag: Ufrag
    /// 24 ICE characters, 144 bits of randomness.
    public let pwd: String
    let key: IntegrityKey

    /// Fresh credentials. The generator must be cryptographically strong.
    public static func random(using generator: inout some RandomNumberGenerator) -> Credentials {
        let ufrag = Ufrag(rawValue: characters(generator.next()))
        let pwd = (0..<3).flatMap { _ in bytes(characters(generator.next())) }
        return Credentials(ufrag: ufrag, pwd: pwd)
    }

    private init(ufrag: Ufrag, pwd: [UInt8]) {
        self.ufrag = ufrag
        self.pwd = String(decoding: pwd, as: UTF8.self)
        self.key = IntegrityKey(pwd.rawSpan, preparedFor: .sha1)
    }

    /// Eight ICE characters made of the low 48 bits.
    private static func characters(_ random: UInt64) -> UInt64 {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        return (0..<8).reduce(0) { $0 << 8 | UInt64(alphabet[Int(random >> (6 * UInt64($1)) & 63)]) }
    }

    private static func bytes(_ word: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * UInt64($0))) }
    }
}

extension Credentials: Equatable {
    public static func == (left: Credentials, right: Credentials) -> Bool {
        left.ufrag == right.ufrag && left.pwd == right.pwd
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    /// Without the password.
    public var description: String { "credentials of \(ufrag)" }
    public var debugDescription: String { description }
}

/// A user name fragment of ours: eight ASCII characters as a big-endian number.
public struct Ufrag: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public let rawValue: UInt64

    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The fragment that a check is meant for: what USERNAME says before its colon (RFC 8445 section 7.2.2). nil when that
    /// has not the length of ours.
    @inlinable
    public init?(in message: borrowing MessageView) {
        guard let username = message.first(.username), username.byteCount > 8, username.byteCount <= 513,
            username.loadUInt8(at: 8) == UInt8(ascii: ":")
        else { return nil }
        self.init(rawValue: username.loadUInt64(at: 0))
    }

    public var description: String {
        String(decoding: (0..<8).map { UInt8(truncatingIfNeeded: rawValue >> (56 - 8 * UInt64($0))) }, as: UTF8.self)
    }
}
