internal import STUN
internal import Wire

extension Server {
    /// Refresh (RFC 8656 section 8.2).
    mutating func refresh<R: RelayTransport & ~Copyable>(
        _ view: borrowing MessageView,
        at now: Timestamp,
        _ index: Int?,
        _ relay: inout R
    ) throws(Rejection) -> Response {
        guard let index, let account = allocations.accounts[index] else { throw Rejection(.allocationMismatch) }

        // REQUESTED-ADDRESS-FAMILY means one address of a dual allocation, or repeats what a single one has.
        let requested = try decoded(RequestedAddressFamily.self, view)
        var families: [IPAddress.Family] = [.ipv4, .ipv6]
        if let requested {
            guard let family = requested.family.ip, allocations.slots[index][family].port != 0 else {
                throw Rejection(.peerAddressFamilyMismatch)
            }
            families = [family]
        }
        let isDeletion = try decoded(Lifetime.self, view)?.seconds == 0
        let lifetime = try requestedLifetime(view) ?? configuration.defaultLifetimeSeconds

        if isDeletion {
            for family in families { endRelay(index, family, &relay) }
            if !allocations.slots[index].isAlive(at: now.monotonic) {
                end(index, &relay)
                counters.allocationsDeleted &+= 1
            }
            return Response(lifetimeSeconds: 0, namesSoftware: true)
        }

        // Credentials that were taken away end what was made with them; those that are over, only where that is asked for.
        guard verifier.isCurrent(account.source, username: account.username) else {
            end(index, &relay)
            counters.allocationsRevoked &+= 1
            throw Rejection(.unauthenticated)
        }
        if configuration.credentials.judgesExpiryAtRefresh,
            verifier.isExpired(account.username, account.source, atUnixSeconds: now.unixSeconds)
        {
            throw Rejection(.unauthenticated)
        }

        let expiry = now.monotonic + .seconds(Int64(lifetime))
        for family in families where allocations.slots[index][family].port != 0 {
            allocations.slots[index][family].expiry = expiry
        }
        schedule(index, at: expiry)
        return Response(lifetimeSeconds: lifetime, namesSoftware: true)
    }
}
