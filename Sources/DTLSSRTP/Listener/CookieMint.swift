import Crypto
import Wire

/// Makes and checks cookies without keeping any: each proves that its source was told it not long ago
/// (RFC 6347 section 4.2.1, RFC 8446 section 4.2.2).
///
///     1.2:  time (4)  tag (16)
///     1.3:  time (4)  cipher suite (2)  requested group or 0 (2)  hash of the first ClientHello (32 or 48)  tag (16)
///
/// The tag is an HMAC-SHA256 over the rest, the source address and what the hello may not change, cut to 16 bytes so that
/// an answer is no longer than the hello.
struct CookieMint: Sendable {
    /// A client returns its cookie after one round trip and its own retransmissions.
    static let lifetimeSeconds: UInt32 = 60

    private static let tagLength = 16

    private var secret: SymmetricKey
    private var previousSecret: SymmetricKey?

    init(using generator: inout some RandomNumberGenerator) {
        secret = Self.makeSecret(using: &generator)
    }

    private static func makeSecret(using generator: inout some RandomNumberGenerator) -> SymmetricKey {
        var bytes = generator.randomBytes(count: 32)
        return SymmetricKey(wiping: &bytes)
    }

    /// Changes the secret; cookies under the one before stay good.
    mutating func rotate(using generator: inout some RandomNumberGenerator) {
        previousSecret = secret
        secret = Self.makeSecret(using: &generator)
    }

    // MARK: Version 1.2

    func cookie12(_ hello: ClientHello, source: TransportAddress, at now: MonotonicTime) -> [UInt8] {
        let time = Self.encode(Self.seconds(now))
        return time + Self.tag(secret, time, Self.parameters12(hello), source)
    }

    func isValid12(_ hello: ClientHello, source: TransportAddress, at now: MonotonicTime) -> Bool {
        let cookie = hello.cookie
        guard cookie.count == 4 + Self.tagLength, Self.isFresh(cookie, at: now) else { return false }
        let time = Array(cookie[..<4])
        return check(tag: Array(cookie[4...])) { secret in
            Self.tag(secret, time, Self.parameters12(hello), source)
        }
    }

    private static func parameters12(_ hello: ClientHello) -> [UInt8] {
        hello.random + hello.sessionID + CodeList.encode(hello.cipherSuites, lengthBytes: 2)
            + hello.compressionMethods
    }

    // MARK: Version 1.3

    /// What a 1.3 cookie remembers in our place.
    struct Memory {
        var cipherSuite: CipherSuite
        var group: NamedGroup?
        var helloHash: [UInt8]
    }

    func cookie13(
        _ memory: Memory,
        _ hello: ClientHello,
        source: TransportAddress,
        at now: MonotonicTime
    ) -> [UInt8] {
        var content = Self.encode(Self.seconds(now))
        content.append(bigEndian: memory.cipherSuite.rawValue)
        content.append(bigEndian: memory.group?.rawValue ?? 0)
        content += memory.helloHash
        return content + Self.tag(secret, content, hello.random, source)
    }

    func memory(
        in cookie: [UInt8],
        _ hello: ClientHello,
        source: TransportAddress,
        at now: MonotonicTime
    ) -> Memory? {
        guard cookie.count > 8 + Self.tagLength, Self.isFresh(cookie, at: now) else { return nil }
        let border = cookie.count - Self.tagLength
        let content = Array(cookie[..<border])
        let isValid = check(tag: Array(cookie[border...])) { Self.tag($0, content, hello.random, source) }
        guard isValid, let suite = CipherSuite(rawValue: UInt16(content[4]) << 8 | UInt16(content[5])) else {
            return nil
        }
        let group = NamedGroup(rawValue: UInt16(content[6]) << 8 | UInt16(content[7]))
        let hash = Array(content[8...])
        guard hash.count == suite.hash.length else { return nil }
        return Memory(cipherSuite: suite, group: group, helloHash: hash)
    }

    // MARK: Both

    private static func seconds(_ now: MonotonicTime) -> UInt32 {
        UInt32(truncatingIfNeeded: now.nanoseconds / 1_000_000_000)
    }

    private static func encode(_ value: UInt32) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: value)
        return bytes
    }

    private static func isFresh(_ cookie: [UInt8], at now: MonotonicTime) -> Bool {
        let made = cookie.rawSpan.loadUInt32(at: 0)
        return seconds(now) &- made <= lifetimeSeconds
    }

    private func check(tag: [UInt8], expected: (SymmetricKey) -> [UInt8]) -> Bool {
        for key in [secret, previousSecret] {
            guard let key else { continue }
            if tag.rawSpan.isEqualInConstantTime(to: expected(key).rawSpan) { return true }
        }
        return false
    }

    private static func tag(
        _ key: SymmetricKey,
        _ content: [UInt8],
        _ parameters: [UInt8],
        _ source: TransportAddress
    ) -> [UInt8] {
        var input: [UInt8] = [source.ip.family.rawValue]
        input.append(bigEndian: source.ip.high)
        input.append(bigEndian: source.ip.low)
        input.append(bigEndian: source.port)
        input.append(bigEndian: UInt32(truncatingIfNeeded: content.count))
        return Array(HashAlgorithm.sha256.authenticate(input + content + parameters, key: key)[..<tagLength])
    }
}
