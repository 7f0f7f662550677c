/// Who may make allocations.
public struct CredentialPolicy: Hashable, Sendable {
    /// Secrets of time-limited credentials. Each is tried: put the new one next to the old one while clients change over.
    public var secrets: [SharedSecret]
    /// The namespace that a time-limited username must name. Nil: usernames are `<expiry>` or `<expiry>:<user>`.
    public var namespace: String?
    public var staticUsers: [StaticUser]
    /// Judge the expiry of credentials at Refresh too, not at Allocate only.
    public var judgesExpiryAtRefresh: Bool

    public init(
        secrets: [SharedSecret] = [],
        namespace: String? = nil,
        staticUsers: [StaticUser] = [],
        judgesExpiryAtRefresh: Bool = false
    ) {
        self.secrets = secrets
        self.namespace = namespace
        self.staticUsers = staticUsers
        self.judgesExpiryAtRefresh = judgesExpiryAtRefresh
    }

    func validate() throws(ConfigurationError) {
        guard !secrets.isEmpty || !staticUsers.isEmpty else {
            throw ConfigurationError(
                key: "auth_secrets",
                value: "",
                expected: "at least one secret or one static user: there is no relay without credentials"
            )
        }
        guard !secrets.contains(where: \.bytes.isEmpty) else {
            throw ConfigurationError(key: "auth_secrets", value: "", expected: "a secret that is not empty")
        }
        if let namespace, namespace.isEmpty || namespace.utf8.contains(UInt8(ascii: ":")) {
            throw ConfigurationError(key: "namespace", value: namespace, expected: "a name without a colon")
        }
        for user in staticUsers where user.name.isEmpty || user.name.utf8.count >= 509 || user.password.isEmpty {
            throw ConfigurationError(
                key: "static_users",
                value: user.name,
                expected: "a name of 1 to 508 bytes and a password that is not empty"
            )
        }
    }
}
