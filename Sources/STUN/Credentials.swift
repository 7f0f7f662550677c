internal import Crypto
internal import FoundationEssentials
internal import Wire

// The keys of the two credential mechanisms (RFC 8489 sections 9.1.1 and 18.5.1).
extension IntegrityKey {
    /// The key of a short-term credential: the password after OpaqueString.
    public static func shortTerm(
        password: String,
        preparedFor algorithm: IntegrityAlgorithm = .sha1
    ) throws(STUNError) -> IntegrityKey {
        let prepared = try OpaqueString.enforce(password)
        return unsafe IntegrityKey(prepared.utf8.span.bytes, preparedFor: algorithm)
    }

    /// The key of a long-term credential: the hash of `username:realm:password`, each after OpaqueString.
    public static func longTerm(
        username: String,
        realm: String,
        password: String,
        algorithm: PasswordAlgorithm,
        preparedFor integrity: IntegrityAlgorithm
    ) throws(STUNError) -> IntegrityKey {
        let username = try OpaqueString.enforce(username)
        let realm = try OpaqueString.enforce(realm)
        let password = try OpaqueString.enforce(password)
        return try longTerm(
            preparedUsername: unsafe username.utf8.span.bytes,
            preparedRealm: unsafe realm.utf8.span.bytes,
            preparedPassword: unsafe password.utf8.span.bytes,
            algorithm: algorithm,
            preparedFor: integrity
        )
    }

    /// The key of a long-term credential whose parts have been through OpaqueString already: a user name as it came in a
    /// request, or what is ASCII.
    ///
    /// - Throws: ``STUNError/attributeValue(type:value:)`` for an algorithm that is neither MD5 nor SHA-256.
    public static func longTerm(
        preparedUsername: RawSpan,
        preparedRealm: RawSpan,
        preparedPassword: RawSpan,
        algorithm: PasswordAlgorithm,
        preparedFor integrity: IntegrityAlgorithm
    ) throws(STUNError) -> IntegrityKey {
        switch algorithm {
        case .md5:
            var hash = ColonSeparatedHash<Insecure.MD5>()
            hash.update(preparedUsername)
            hash.update(preparedRealm)
            hash.update(preparedPassword)
            return hash.finish { IntegrityKey($0, preparedFor: integrity) }
        case .sha256:
            var hash = ColonSeparatedHash<SHA256>()
            hash.update(preparedUsername)
            hash.update(preparedRealm)
            hash.update(preparedPassword)
            return hash.finish { IntegrityKey($0, preparedFor: integrity) }
        default:
            throw .attributeValue(type: .passwordAlgorithm, value: Int(algorithm.rawValue))
        }
    }
}

extension UserHash {
    /// SHA-256 of `username:realm`, both after OpaqueString (RFC 8489 section 14.4).
    public init(username: String, realm: String) throws(STUNError) {
        let username = try OpaqueString.enforce(username)
        let realm = try OpaqueString.enforce(realm)
        unsafe self.init(preparedUsername: username.utf8.span.bytes, preparedRealm: realm.utf8.span.bytes)
    }

    /// The same for strings that have been through OpaqueString already.
    public init(preparedUsername: RawSpan, preparedRealm: RawSpan) {
        var hash = ColonSeparatedHash<SHA256>()
        hash.update(preparedUsername)
        hash.update(preparedRealm)
        self = hash.finish { UserHash($0, at: 0) }
    }
}

/// Hashes strings with a colon between each two.
private struct ColonSeparatedHash<Hash: HashFunction> {
    private var hash = Hash()
    private var isFirst = true

    mutating func update(_ part: RawSpan) {
        if !isFirst { unsafe withUnsafeBytes(of: UInt8(ascii: ":")) { unsafe hash.update(bufferPointer: $0) } }
        isFirst = false
        unsafe part.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    }

    func finish<Value>(_ body: (RawSpan) -> Value) -> Value {
        unsafe hash.finalize().withUnsafeBytes { unsafe body($0.bytes) }
    }
}
