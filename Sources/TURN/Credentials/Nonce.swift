internal import Crypto
internal import STUN
internal import Wire

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

    /// The number of bytes of each nonce.
    static let byteCount = NonceCookie.byteCount + 20
    private static let macByteCount = 11

    private let key: SymmetricKey

    init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
    }

    func make(_ features: SecurityFeatures, for fiveTuple: FiveTuple, atUnixSeconds now: UInt64) -> [UInt8] {
        let time = UInt32(truncatingIfNeeded: now)
        var nonce = Self.cookie(features)
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
        guard let features = NonceCookie.features(of: nonce),
            let body = Base64.decode(nonce.array()[NonceCookie.byteCount...]), body.count == 4 + Self.macByteCount
        else { return .forged }
        let time = body[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let expected = code(features, fiveTuple, time)
        guard Array(body[4...]).rawSpan.isEqualInConstantTime(to: expected.rawSpan) else { return .forged }
        // A clock that was set back makes a nonce from the future: it is as good as old.
        let age = UInt32(truncatingIfNeeded: now) &- time
        return age <= lifetimeSeconds ? .valid(features) : .old(features)
    }

    private static func cookie(_ features: SecurityFeatures) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: NonceCookie.byteCount)
        var span = bytes.mutableSpan
        var writer = unsafe ByteWriter(span.mutableBytes)
        do throws(WireError) {
            try NonceCookie.write(features, to: &writer)
        } catch { preconditionFailure("a nonce cookie has NonceCookie.byteCount bytes") }
        return bytes
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
