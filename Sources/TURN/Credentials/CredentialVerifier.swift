internal import STUN
internal import Wire

/// Where the credentials of an allocation come from, to know when they are taken away.
enum CredentialSource: Hashable, Sendable {
    case secret(fingerprint: UInt64)
    case staticUser
}

/// The outcome of a successful check.
struct VerifiedCredentials {
    var username: [UInt8]
    /// Whose allocations are counted together.
    var quotaUser: [UInt8]?
    var key: IntegrityKey
    var passwordAlgorithm: PasswordAlgorithm
    var source: CredentialSource
}

/// Finds the credentials with which a request verifies: ``CredentialPolicy``, prepared.
struct CredentialVerifier: Sendable {
    private struct User: Sendable {
        var name: [UInt8]
        var password: [UInt8]
        var hash: UserHash?
    }

    let realm: [UInt8]
    private let secrets: [SharedSecret]
    private let namespace: [UInt8]?
    private let users: [User]

    /// What is not valid after OpaqueString (``Configuration/validate()`` says so) is left out: nobody can use it.
    init(_ policy: CredentialPolicy, realm: String) {
        func prepared(_ text: String) -> [UInt8]? { (try? OpaqueString.enforce(text)).map { Array($0.utf8) } }
        self.realm = prepared(realm) ?? []
        secrets = policy.secrets
        namespace = policy.namespace.map { Array($0.utf8) }
        users = policy.staticUsers.compactMap { user in
            guard let name = prepared(user.name), let password = prepared(user.password) else { return nil }
            return User(name: name, password: password, hash: try? UserHash(username: user.name, realm: realm))
        }
    }

    /// True when usernames can be hidden: every user is known beforehand (RFC 8489 section 9.2). Nobody can find a
    /// time-limited username by its hash.
    var supportsUsernameAnonymity: Bool { secrets.isEmpty && !users.isEmpty }

    /// The username behind a USERHASH.
    func username(for hash: UserHash) -> [UInt8]? {
        users.first { $0.hash == hash }?.name
    }

    /// True when credentials from there would still be accepted.
    func isCurrent(_ source: CredentialSource, username: [UInt8]) -> Bool {
        switch source {
        case .secret(let fingerprint): secrets.contains { $0.fingerprint == fingerprint }
        case .staticUser: users.contains { $0.name == username }
        }
    }

    /// True for a time-limited username whose time is over.
    func isExpired(_ username: [UInt8], _ source: CredentialSource, atUnixSeconds now: UInt64) -> Bool {
        guard case .secret = source else { return false }
        guard let parts = TimeLimitedUsername(username, namespace: namespace) else { return true }
        return parts.expiryUnixSeconds <= now
    }

    /// Tries every secret and user that the username can belong to.
    ///
    /// - Parameter now: Seconds since 1970, to judge the expiry; nil to leave it aside.
    /// - Returns: nil for an unknown user, expired credentials, and a wrong password.
    func verify(
        _ message: borrowing MessageView,
        username: [UInt8],
        passwordAlgorithm: PasswordAlgorithm,
        atUnixSeconds now: UInt64?
    ) -> VerifiedCredentials? {
        guard let integrity = message.integrityAlgorithm else { return nil }
        var found: VerifiedCredentials?
        func check(
            _ password: [UInt8],
            _ source: CredentialSource,
            quotaUser: [UInt8]?,
            _ message: borrowing MessageView
        ) {
            let key: IntegrityKey
            do throws(STUNError) {
                key = try IntegrityKey.longTerm(
                    preparedUsername: username.rawSpan,
                    preparedRealm: realm.rawSpan,
                    preparedPassword: password.rawSpan,
                    algorithm: passwordAlgorithm,
                    preparedFor: integrity
                )
            } catch { return }
            // No early way out: the time does not tell which secret it was.
            if message.isAuthentic(integrity, key: key), found == nil {
                found = VerifiedCredentials(
                    username: username,
                    quotaUser: quotaUser,
                    key: key,
                    passwordAlgorithm: passwordAlgorithm,
                    source: source
                )
            }
        }
        if let user = users.first(where: { $0.name == username }) {
            check(user.password, .staticUser, quotaUser: user.name, message)
        }
        if let parts = TimeLimitedUsername(username, namespace: namespace),
            now.map({ parts.expiryUnixSeconds > $0 }) ?? true
        {
            let user = parts.user.map { Array($0) }
            for secret in secrets {
                check(
                    secret.password(forUsername: username),
                    .secret(fingerprint: secret.fingerprint),
                    quotaUser: user,
                    message
                )
            }
        }
        return found
    }
}
