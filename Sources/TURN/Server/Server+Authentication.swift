internal import STUN
internal import Wire

/// A client that has proved who it is.
struct AuthenticatedUser {
    var credentials: VerifiedCredentials
    var protection: ResponseProtection
}

enum Authentication {
    case verified(AuthenticatedUser)
    case refused(Refusal)

    enum Refusal {
        /// 401 with a challenge.
        case unauthenticated
        /// 400.
        case badRequest
        /// 438 to a nonce that we have not made for this source: nothing else of the request was looked at.
        case forgedNonce
        /// 438 to a client that knows its password.
        case oldNonce
    }
}

extension Server {
    /// The long-term credential mechanism (RFC 8489 section 9.2.4).
    ///
    /// - Parameter index: The allocation over this five-tuple. Its own key verifies, whatever has become of the credentials:
    ///   they were judged when it was made.
    mutating func authenticate(
        _ view: borrowing MessageView,
        over fiveTuple: FiveTuple,
        at now: Timestamp,
        _ index: Int?
    ) -> Authentication {
        // No integrity: 401.
        guard let integrity = view.integrityAlgorithm else { return .refused(.unauthenticated) }

        // Integrity without the attributes that it needs: 400.
        guard let nonce = view.first(.nonce), let realm = view.first(.realm),
            nonce.byteCount <= MessageView.maximumTextLength, realm.byteCount <= MessageView.maximumTextLength,
            view.contains(.username) || view.contains(.userHash)
        else { return .refused(.badRequest) }

        // A nonce that is not ours says that the source may not be where it claims to be: no more work for it.
        let features: SecurityFeatures
        var isOld = false
        switch shared.nonces.judge(
            nonce,
            for: fiveTuple,
            atUnixSeconds: now.unixSeconds,
            lifetimeSeconds: configuration.nonceLifetimeSeconds
        ) {
        case .valid(let promised):
            features = promised
        case .old(let promised):
            features = promised
            isOld = true
        case .forged:
            return .refused(.forgedNonce)
        }

        // PASSWORD-ALGORITHMS and PASSWORD-ALGORITHM: neither, as from a client of RFC 5389, or both and unchanged.
        var passwordAlgorithm = PasswordAlgorithm.md5
        var namesAlgorithm = false
        if features.contains(.passwordAlgorithms) {
            let listed = view.first(.passwordAlgorithms)
            let chosen = view.first(.passwordAlgorithm)
            if listed != nil || chosen != nil {
                guard let listed, chosen != nil, Self.isSupportedList(listed),
                    let algorithm = try? view.first(PasswordAlgorithm.self),
                    PasswordAlgorithms.supported.contains(algorithm)
                else { return .refused(.badRequest) }
                passwordAlgorithm = algorithm
                namesAlgorithm = true
            }
        }

        // The user. A hash is looked for among those who are known beforehand.
        let username: [UInt8]
        if let name = view.first(.username) {
            guard name.byteCount <= MessageView.maximumTextLength else { return .refused(.badRequest) }
            username = name.array()
        } else {
            guard let hash = try? view.first(UserHash.self) else { return .refused(.badRequest) }
            guard let name = verifier.username(for: hash) else { return .refused(.unauthenticated) }
            username = name
        }
        guard realm.isEqual(to: verifier.realm.rawSpan) else { return .refused(.unauthenticated) }

        guard
            let credentials = verify(
                view,
                integrity,
                username,
                passwordAlgorithm,
                index,
                judgesExpiryAt: now.unixSeconds
            )
        else { return .refused(.unauthenticated) }
        guard !isOld else { return .refused(.oldNonce) }

        // The answer to a client of RFC 5389 has MESSAGE-INTEGRITY, any other MESSAGE-INTEGRITY-SHA256.
        return .verified(
            AuthenticatedUser(
                credentials: credentials,
                protection: ResponseProtection(key: credentials.key, algorithm: namesAlgorithm ? .sha256 : .sha1)
            )
        )
    }

    private func verify(
        _ view: borrowing MessageView,
        _ integrity: IntegrityAlgorithm,
        _ username: [UInt8],
        _ passwordAlgorithm: PasswordAlgorithm,
        _ index: Int?,
        judgesExpiryAt now: UInt64
    ) -> VerifiedCredentials? {
        guard let index, let account = allocations.accounts[index], account.username == username else {
            // Expiry is judged where something new begins: without an allocation, or for another user of it.
            return verifier.verify(view, username: username, passwordAlgorithm: passwordAlgorithm, atUnixSeconds: now)
        }
        guard account.passwordAlgorithm == passwordAlgorithm else {
            return verifier.verify(view, username: username, passwordAlgorithm: passwordAlgorithm, atUnixSeconds: nil)
        }
        guard view.isAuthentic(integrity, key: account.key) else { return nil }
        return VerifiedCredentials(
            username: username,
            quotaUser: account.owner.user,
            key: account.key,
            passwordAlgorithm: passwordAlgorithm,
            source: account.source
        )
    }

    private static func isSupportedList(_ value: RawSpan) -> Bool {
        let supported = PasswordAlgorithms.supported
        guard value.byteCount == supported.byteCount else { return false }
        for index in 0..<supported.count
        where value.loadUInt32(at: 4 * index) != UInt32(supported[index].rawValue) << 16 { return false }
        return true
    }

    /// Answers a client that has not proved who it is, as long as its source has answers left.
    mutating func refuse(
        _ refusal: Authentication.Refusal,
        _ head: RequestHead,
        _ fiveTuple: FiveTuple,
        _ now: Timestamp
    ) -> ReceiveAction {
        if case .oldNonce = refusal {
            return reject(Rejection(.staleNonce), to: head, nil, nonce: makeNonce(fiveTuple, now))
        }
        if let reason = replyRefusal(fiveTuple, now) { return drop(reason) }
        switch refusal {
        case .badRequest:
            return reject(Rejection(.badRequest), to: head, nil)
        case .unauthenticated:
            return reject(Rejection(.unauthenticated), to: head, nil, nonce: makeNonce(fiveTuple, now))
        case .forgedNonce, .oldNonce:
            return reject(Rejection(.staleNonce), to: head, nil, nonce: makeNonce(fiveTuple, now))
        }
    }

    func makeNonce(_ fiveTuple: FiveTuple, _ now: Timestamp) -> [UInt8] {
        var features: SecurityFeatures = []
        if configuration.offersPasswordAlgorithms { features.insert(.passwordAlgorithms) }
        if verifier.supportsUsernameAnonymity { features.insert(.usernameAnonymity) }
        return shared.nonces.make(features, for: fiveTuple, atUnixSeconds: now.unixSeconds)
    }
}
