internal import Crypto
internal import Wire

/// What a nonce of ours promises about the server (RFC 8489 section 18.1). Bit 0 is the leftmost of 24.
struct SecurityFeatures: OptionSet, Hashable, Sendable {
    let rawValue: UInt32

    static let passwordAlgorithms = SecurityFeatures(rawValue: 1 << 23)
    static let usernameAnonymity = SecurityFeatures(rawValue: 1 << 22)
}

/// Makes and recognises nonces without remembering them.
///
///     obMatJos2 | features (4 base64 characters) | base64(time (4 bytes) | truncated HMAC (11 bytes))
///
/// The HMAC-SHA256 covers the features, the time, and the client's transport, address and port, so that a nonce serves one
/// source only (RFC 8489 section 9.2.4), tells when it was made, and cannot have its features changed on the way.
struct NonceMint: Sendable {
    enum Judgement: Equatable {
        case valid(SecurityFeatures)
        /// Made by us for this source, too long ago.
        case old(SecurityFeatures)
        /// Not made by us, or not for this source.
        case forged
    }

    static let cookie = Array("obMatJos2".utf8)
    /// The number of bytes of each nonce.
    static let byteCount = 9 + 4 + 20
    private static let macByteCount = 11

    private let key: SymmetricKey

    init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    func make(_ features: SecurityFeatures, for fiveTuple: FiveTuple, atUnixSeconds now: UInt64) -> [UInt8] {
        let time = UInt32(truncatingIfNeeded: now)
        var nonce = Self.cookie
        var bits: [UInt8] = []
        bits.append(bigEndian24: features.rawValue)
        nonce += Base64.encode(bits)
        var body: [UInt8] = []
        body.append(bigEndian: time)
        body += code(features, fiveTuple, time)
        nonce += Base64.encode(body)
        return nonce
    }

    /// - Parameter lifetimeSeconds: How long a nonce is valid.
    func judge(
        _ nonce: RawSpan,
        for fiveTuple: FiveTuple,
        atUnixSeconds now: UInt64,
        lifetimeSeconds: UInt32
    ) -> Judgement {
        guard nonce.byteCount == Self.byteCount else { return .forged }
        let text = nonce.array()
        guard text.starts(with: Self.cookie), let bits = Base64.decode(text[9..<13]),
            let body = Base64.decode(text[13...]), bits.count == 3, body.count == 4 + Self.macByteCount
        else { return .forged }
        let rawFeatures = bits.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let features = SecurityFeatures(rawValue: rawFeatures)
        let time = body[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let expected = code(features, fiveTuple, time)
        guard Array(body[4...]).rawSpan.isEqualInConstantTime(to: expected.rawSpan) else { return .forged }
        // A clock that was set back makes a nonce from the future: it is as good as old.
        let age = UInt32(truncatingIfNeeded: now) &- time
        return age <= lifetimeSeconds ? .valid(features) : .old(features)
    }

    private func code(_ features: SecurityFeatures, _ fiveTuple: FiveTuple, _ time: UInt32) -> [UInt8] {
        var input: [UInt8] = []
        input.reserveCapacity(32)
        input.append(bigEndian: features.rawValue)
        input.append(bigEndian: time)
        input.append(fiveTuple.transport.rawValue)
        input.append(fiveTuple.client.ip.family.rawValue)
        input.append(bigEndian: fiveTuple.client.port)
        input.append(bigEndian: fiveTuple.client.ip.high)
        input.append(bigEndian: fiveTuple.client.ip.low)
        return Array(HMAC<SHA256>.authenticationCode(for: input, using: key).prefix(Self.macByteCount))
    }
}
