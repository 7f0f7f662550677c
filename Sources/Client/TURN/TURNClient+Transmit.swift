internal import STUN
internal import Wire

extension TURNClient {
    /// Writes the next message that is to be sent to the server.
    ///
    /// - Parameters:
    ///   - memory: of at least ``maximumRequestByteCount`` bytes.
    ///   - generator: for transaction identifiers; it must be cryptographically strong.
    /// - Returns: the number of bytes; nil when there is nothing to send.
    public mutating func nextTransmit(
        into memory: consuming MutableRawSpan,
        using generator: inout some RandomNumberGenerator
    ) -> Int? {
        guard let index = transactions.firstIndex(where: { $0.isDue }) else { return nil }
        let id = transactions[index].id ?? TransactionID.random(using: &generator)
        if indicationState == 0 { indicationState = generator.next() }
        transactions[index].id = id
        transactions[index].isDue = false
        transactions[index].hasCredentials = challenge != nil
        do throws(STUNError) {
            return try write(transactions[index].request, id, into: memory)
        } catch {
            preconditionFailure("a request of a TURN client fits the memory that its documentation asks for")
        }
    }

    /// No request is longer: user name, realm and nonce at their limits, and everything else.
    public static var maximumRequestByteCount: Int { 3 * (4 + 764) + 256 }

    private func write(
        _ request: Transaction.Request,
        _ id: TransactionID,
        into memory: consuming MutableRawSpan
    ) throws(STUNError) -> Int {
        var writer = try MessageWriter(memory, .request, request.method, transactionID: id)
        switch request {
        case .allocate:
            try writer.write(RequestedTransport(protocolNumber: 17))
            if let family = configuration.addressFamily {
                try writer.write(RequestedAddressFamily(AddressFamily(family)))
            }
            if let seconds = configuration.lifetimeSeconds { try writer.write(Lifetime(seconds: seconds)) }
        case .refresh(let seconds):
            if let seconds { try writer.write(Lifetime(seconds: seconds)) }
        case .createPermission(let ip):
            try writer.write(XorPeerAddress(TransportAddress(ip, port: 0)))
        case .channelBind(let channel, let peer):
            try writer.write(channel)
            try writer.write(XorPeerAddress(peer))
        }
        guard let challenge else { return try writer.finish() }
        if challenge.usesUserHash {
            let username = configuration.username
            try writer.write(
                UserHash(
                    preparedUsername: unsafe username.utf8.span.bytes,
                    preparedRealm: challenge.realm.rawSpan
                )
            )
        } else {
            try writer.write(.username, text: configuration.username)
        }
        try writer.write(.realm, challenge.realm.rawSpan)
        try writer.write(.nonce, challenge.nonce.rawSpan)
        if let offered = challenge.offered {
            try writer.write(offered)
            try writer.write(challenge.algorithm)
        }
        return try writer.finish(integrity: challenge.integrity, key: challenge.key)
    }
}
