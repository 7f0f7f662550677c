/// What a client needs to use the relay for a while: a username that says until when, and the password that belongs to it.
public struct Credentials: Hashable, Sendable {
    /// `<expiry unix>:<namespace>` or `<expiry unix>:<namespace>:<user>`.
    public let username: String
    /// base64(HMAC-SHA1(secret, username)).
    public let password: String
    /// Seconds since 1970 after which no allocation is made with them.
    public let expiryUnixSeconds: UInt64

    /// Makes credentials for a namespace.
    ///
    /// - Parameters:
    ///   - user: Whose allocations are counted together; without one the user quota does not apply.
    ///   - lifetimeSeconds: From `nowUnixSeconds` on; saturates.
    public static func mint(
        namespace: String,
        user: String? = nil,
        lifetimeSeconds: UInt64,
        secret: SharedSecret,
        nowUnixSeconds: UInt64
    ) -> Credentials {
        let (sum, overflow) = nowUnixSeconds.addingReportingOverflow(lifetimeSeconds)
        let expiry = overflow ? UInt64.max : sum
        let username = user.map { "\(expiry):\(namespace):\($0)" } ?? "\(expiry):\(namespace)"
        let password = secret.password(forUsername: Array(username.utf8))
        return Credentials(
            username: username,
            password: String(decoding: password, as: UTF8.self),
            expiryUnixSeconds: expiry
        )
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(credentials)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
