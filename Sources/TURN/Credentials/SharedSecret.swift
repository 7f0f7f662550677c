internal import Crypto

/// A secret from which time-limited passwords are made. Its text is the key as it is: a secret that happens to be base64 is
/// not decoded. It is never printed.
public struct SharedSecret: Hashable, Sendable {
    let bytes: [UInt8]
    /// Tells secrets apart without holding them: the first eight bytes of SHA-256.
    let fingerprint: UInt64

    public init(_ text: String) {
        bytes = Array(text.utf8)
        var value: UInt64 = 0
        for byte in SHA256.hash(data: bytes).prefix(8) { value = value << 8 | UInt64(byte) }
        fingerprint = value
    }

    /// base64(HMAC-SHA1(secret, username)).
    func password(forUsername username: [UInt8]) -> [UInt8] {
        let code = HMAC<Insecure.SHA1>.authenticationCode(for: username, using: SymmetricKey(data: bytes))
        return Base64.encode(Array(code))
    }
}

extension SharedSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
