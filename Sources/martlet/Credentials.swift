import Crypto

/// Time-limited TURN credentials: a user name that carries its expiry, and a password that only the secret's holders can
/// make.
struct Credentials {
    let userName: String
    let password: String
    let lifetimeSeconds: Int64
    let uris: [String]

    /// - Parameters:
    ///   - secret: Its UTF-8 bytes are the key, as they stand: a secret that looks like base64 is not decoded.
    ///   - user: Without one, quotas per user do not apply.
    init(secret: String, namespace: String, user: String?, lifetimeSeconds: Int64, now: Int64, uris: [String]) {
        let (sum, overflow) = now.addingReportingOverflow(lifetimeSeconds)
        let expiry = overflow ? Int64.max : sum
        let name = "\(expiry):\(namespace)" + (user.map { ":\($0)" } ?? "")
        let code = HMAC<Insecure.SHA1>.authenticationCode(
            for: Array(name.utf8),
            using: SymmetricKey(data: Array(secret.utf8))
        )
        self.userName = name
        self.password = Base64.encode(Array(code))
        self.lifetimeSeconds = lifetimeSeconds
        self.uris = uris
    }
}
