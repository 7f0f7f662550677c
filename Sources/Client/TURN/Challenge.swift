internal import STUN
internal import Wire

/// What the server wants to see in requests (RFC 8489 section 9.2), and the key that follows from it.
struct Challenge: Sendable {
    let realm: [UInt8]
    let nonce: [UInt8]
    /// The server's list, which goes back as it came; nil for a server or a client of RFC 5389.
    let offered: PasswordAlgorithms?
    let algorithm: PasswordAlgorithm
    let usesUserHash: Bool
    let key: IntegrityKey

    /// The integrity attribute of requests and responses.
    var integrity: IntegrityAlgorithm { offered == nil ? .sha1 : .sha256 }

    enum Judgement {
        case accepted(Challenge)
        /// To be ignored as if it had not come: somebody on the path may have changed it.
        case ignored
        /// Nothing that is offered can be done.
        case impossible
    }

    /// Reads a 401 or 438 response (RFC 8489 section 9.2.5).
    ///
    /// - Parameter previous: its realm serves when the response names none, and its key when nothing else has changed.
    static func judge(
        _ message: borrowing MessageView,
        configuration: TURNClientConfiguration,
        previous: Challenge?
    ) -> Judgement {
        let nonce: [UInt8]
        let realm: [UInt8]
        var offered: PasswordAlgorithms?
        do throws(STUNError) {
            guard let nonceText = try message.text(.nonce), nonceText.byteCount > 0 else { return .ignored }
            nonce = nonceText.array()
            if let text = try message.text(.realm) {
                realm = text.array()
            } else if let previous {
                realm = previous.realm
            } else {
                return .ignored
            }
            offered = try message.first(PasswordAlgorithms.self)
        } catch { return .ignored }

        let features = NonceCookie.features(of: nonce.rawSpan) ?? []
        var algorithm = PasswordAlgorithm.md5
        var usesUserHash = false
        switch configuration.credentialStyle {
        case .rfc5389:
            offered = nil
        case .rfc8489:
            // The cookie protects the list: where the list was taken away, or slipped in, the response does not count.
            guard features.contains(.passwordAlgorithms) == (offered != nil) else { return .ignored }
            usesUserHash = features.contains(.usernameAnonymity)
            if let offered {
                guard let preferred = offered.preferred else { return .impossible }
                algorithm = preferred
            }
        }
        let integrity: IntegrityAlgorithm = offered == nil ? .sha1 : .sha256
        let key: IntegrityKey
        if let previous, previous.realm == realm, previous.algorithm == algorithm, previous.integrity == integrity {
            key = previous.key
        } else {
            let username = configuration.username
            let preparedRealm = realm
            let password = configuration.password
            do throws(STUNError) {
                key = try IntegrityKey.longTerm(
                    preparedUsername: unsafe username.utf8.span.bytes,
                    preparedRealm: preparedRealm.rawSpan,
                    preparedPassword: unsafe password.utf8.span.bytes,
                    algorithm: algorithm,
                    preparedFor: integrity
                )
            } catch { return .impossible }
        }
        return .accepted(
            Challenge(
                realm: realm,
                nonce: nonce,
                offered: offered,
                algorithm: algorithm,
                usesUserHash: usesUserHash,
                key: key
            )
        )
    }
}
