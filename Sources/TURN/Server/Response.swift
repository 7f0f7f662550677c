internal import STUN
internal import Wire

/// A response before it is written: everything that this server ever puts into one.
struct Response {
    var relayed: TransportAddress?
    var secondRelayed: TransportAddress?
    var lifetimeSeconds: UInt32?
    var reservationToken: UInt64?
    var mapped: TransportAddress?
    var additionalFamilyError: ErrorCode?
    /// SOFTWARE, which only authenticated clients are told.
    var namesSoftware = false
}

/// Why a request is refused.
struct Rejection: Error {
    var code: ErrorCode
    var unknown: UnknownAttributes?
    var alternateServer: TransportAddress?
    var namesSoftware = false

    init(_ code: ErrorCode, unknown: UnknownAttributes? = nil, alternateServer: TransportAddress? = nil) {
        self.code = code
        self.unknown = unknown
        self.alternateServer = alternateServer
    }
}

/// What the answer takes over from its request.
struct RequestHead {
    var method: Method
    var transactionID: TransactionID
    /// The request came with FINGERPRINT, so the answer does.
    var usesFingerprint: Bool

    init(_ message: borrowing MessageView) {
        method = message.method
        transactionID = message.transactionID
        usesFingerprint = message.contains(.fingerprint)
    }
}

/// The key and attribute that protect an answer.
struct ResponseProtection {
    var key: IntegrityKey
    var algorithm: IntegrityAlgorithm
}

extension Server {
    /// Writes a success response.
    mutating func respond(
        _ response: Response,
        to head: RequestHead,
        _ protection: ResponseProtection?
    ) -> ReceiveAction {
        let software = response.namesSoftware ? configuration.software : ""
        var span = output.mutableSpan
        do throws(STUNError) {
            var writer = try unsafe MessageWriter(
                span.mutableBytes,
                .successResponse,
                head.method,
                transactionID: head.transactionID
            )
            if let relayed = response.relayed { try writer.write(XorRelayedAddress(relayed)) }
            if let relayed = response.secondRelayed { try writer.write(XorRelayedAddress(relayed)) }
            if let seconds = response.lifetimeSeconds { try writer.write(Lifetime(seconds: seconds)) }
            if let token = response.reservationToken { try writer.write(ReservationToken(token)) }
            if let mapped = response.mapped { try writer.write(XorMappedAddress(mapped)) }
            if let error = response.additionalFamilyError { try writer.write(AddressErrorCode(.ipv6, error)) }
            if !software.isEmpty { try writer.write(.software, text: software) }
            if let protection { try writer.writeIntegrity(protection.algorithm, key: protection.key) }
            outputCount = try writer.finish(fingerprint: head.usesFingerprint)
        } catch { return drop(.oversized) }
        if head.method == .binding { counters.bindingResponses &+= 1 } else { counters.successResponses &+= 1 }
        return .respond(count: outputCount)
    }

    /// Writes an error response. `nonce` makes it a challenge, with REALM, NONCE and, when the nonce promises them,
    /// PASSWORD-ALGORITHMS (RFC 8489 section 9.2.4).
    mutating func reject(
        _ rejection: Rejection,
        to head: RequestHead,
        _ protection: ResponseProtection?,
        nonce: [UInt8]? = nil
    ) -> ReceiveAction {
        let software = rejection.namesSoftware ? configuration.software : ""
        let offersAlgorithms = configuration.offersPasswordAlgorithms
        let realm = verifier.realm
        var span = output.mutableSpan
        do throws(STUNError) {
            var writer = try unsafe MessageWriter(
                span.mutableBytes,
                .errorResponse,
                head.method,
                transactionID: head.transactionID
            )
            // No reason phrase: it would make the answer longer and tell a program nothing.
            try writer.write(rejection.code)
            if let unknown = rejection.unknown { try writer.write(unknown) }
            if let address = rejection.alternateServer { try writer.write(AlternateServer(address)) }
            if let nonce {
                try writer.write(.realm, realm.rawSpan)
                try writer.write(.nonce, nonce.rawSpan)
                if offersAlgorithms { try writer.write(PasswordAlgorithms.supported) }
            }
            if !software.isEmpty { try writer.write(.software, text: software) }
            if let protection { try writer.writeIntegrity(protection.algorithm, key: protection.key) }
            outputCount = try writer.finish(fingerprint: head.usesFingerprint)
        } catch { return drop(.oversized) }
        counters[rejection.code] &+= 1
        return .respond(count: outputCount)
    }
}
