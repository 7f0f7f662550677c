internal import STUN
internal import Synchronization
internal import Wire

extension Server {
    /// Allocate (RFC 8656 section 7.2). The numbers are those of its list; 1, authentication, is done.
    mutating func allocate(
        _ view: borrowing MessageView,
        _ user: AuthenticatedUser,
        over fiveTuple: FiveTuple,
        at now: Timestamp,
        _ existing: Int?
    ) throws(Rejection) -> Response {
        // 2. A five-tuple has one allocation. A retransmission gets the same answer again.
        if let existing {
            guard let account = allocations.accounts[existing], account.transactionID == view.transactionID else {
                throw Rejection(.allocationMismatch)
            }
            return allocated(existing, account, now.monotonic)
        }

        // 3. REQUESTED-TRANSPORT: UDP.
        guard let transport = try decoded(RequestedTransport.self, view) else { throw Rejection(.badRequest) }
        guard transport.protocolNumber == Self.udp else { throw Rejection(.unsupportedTransportProtocol) }

        // 4. DONT-FRAGMENT is known where it is supported, and unknown (420) elsewhere.

        // 5. RESERVATION-TOKEN says everything about the port: nothing else may.
        let token = try decoded(ReservationToken.self, view)
        let evenPort = try decoded(EvenPort.self, view)
        let requestedFamily = try decoded(RequestedAddressFamily.self, view)
        let additionalFamily = try additionalFamily(view)
        if token != nil {
            guard evenPort == nil, requestedFamily == nil, additionalFamily == nil else { throw Rejection(.badRequest) }
            guard configuration.allowsEvenPortReservation else { throw Rejection(.insufficientCapacity) }
        }

        // 6. One attribute about families.
        guard requestedFamily == nil || additionalFamily == nil else { throw Rejection(.badRequest) }

        // 7. IPv4 unless something else is asked for, and only families that there is a relay address for.
        var family = IPAddress.Family.ipv4
        if let requestedFamily {
            guard let known = requestedFamily.family.ip else { throw Rejection(.addressFamilyNotSupported) }
            family = known
        }
        if token == nil {
            guard configuration.relayAddress(family) != nil else { throw Rejection(.addressFamilyNotSupported) }
        }

        // 8. EVEN-PORT, and 9. ADDITIONAL-ADDRESS-FAMILY, which is IPv6 and does not go with a reservation.
        var additionalFamilyError: ErrorCode?
        if let additionalFamily {
            guard additionalFamily.family == .ipv6, evenPort?.reservesNext != true else { throw Rejection(.badRequest) }
            if !configuration.allowsDualAllocation || configuration.ipv6RelayAddress == nil {
                additionalFamilyError = .addressFamilyNotSupported
            }
        }
        if let evenPort, evenPort.reservesNext, !configuration.allowsEvenPortReservation {
            throw Rejection(.insufficientCapacity)
        }
        let lifetime = try requestedLifetime(view) ?? configuration.defaultLifetimeSeconds

        // 11. Redirect. Only those who have proved who they are come here.
        if let drainAnswer { throw Self.rejection(drainAnswer, fiveTuple) }

        // 10. Quotas, and the ports themselves.
        let wantsIPv6 = family == .ipv6 || (additionalFamily != nil && additionalFamilyError == nil)
        let owner = QuotaTable.Owner(user: user.credentials.quotaUser, source: SourcePrefix(fiveTuple.client.ip))
        let reservationExpiry = now.monotonic + .seconds(Int64(configuration.reservationLifetimeSeconds))
        let request = SharedTables.Request(
            owner: owner,
            username: user.credentials.username,
            quotas: configuration.quotas,
            wantsIPv4: family == .ipv4,
            wantsIPv6: wantsIPv6,
            isIPv6Optional: additionalFamily != nil,
            parity: evenPort.map { $0.reservesNext ? .evenPair : .even } ?? .any,
            token: token?.value,
            reservationExpiry: reservationExpiry
        )
        let grant = try reserve(request, at: now.monotonic)
        if wantsIPv6, grant.ipv6 == 0 { additionalFamilyError = .insufficientCapacity }

        let account = Account(
            username: user.credentials.username,
            key: user.credentials.key,
            passwordAlgorithm: user.credentials.passwordAlgorithm,
            source: user.credentials.source,
            owner: owner,
            transactionID: view.transactionID,
            reservationToken: grant.token,
            additionalFamilyError: additionalFamilyError
        )
        let index = allocations.insert(fiveTuple, account)
        let expiry = now.monotonic + .seconds(Int64(lifetime))
        if grant.ipv4 != 0 { allocations.slots[index].ipv4 = Relay(port: grant.ipv4, expiry: expiry) }
        if grant.ipv6 != 0 { allocations.slots[index].ipv6 = Relay(port: grant.ipv6, expiry: expiry) }
        schedule(index, at: expiry)
        if let token = grant.token { reservationDeadlines.insert(token, at: reservationExpiry) }
        counters.allocationsCreated &+= 1
        return allocated(index, account, now.monotonic)
    }

    private static var udp: UInt8 { 17 }

    private func reserve(_ request: SharedTables.Request, at now: MonotonicTime) throws(Rejection) -> SharedTables.Grant
    {
        let result = shared.tables.withLock { tables in
            Result<SharedTables.Grant, SharedTables.Refusal> { () throws(SharedTables.Refusal) in
                try tables.reserve(request, at: now)
            }
        }
        switch result {
        case .success(let grant): return grant
        case .failure(.quota): throw Rejection(.allocationQuotaReached)
        case .failure(.capacity): throw Rejection(.insufficientCapacity)
        }
    }

    private static func rejection(_ answer: DrainAnswer, _ fiveTuple: FiveTuple) -> Rejection {
        switch answer {
        case .quotaReached:
            return Rejection(.allocationQuotaReached)
        case .alternateServer(let ipv4, let ipv6):
            // RFC 8489 section 14.15: the family of the request's source.
            guard let address = fiveTuple.client.ip.canonical.family == .ipv4 ? ipv4 : ipv6 else {
                return Rejection(.allocationQuotaReached)
            }
            return Rejection(.tryAlternate, alternateServer: address)
        }
    }

    /// The success response, which tells the lifetime that is left.
    private func allocated(_ index: Int, _ account: Account, _ now: MonotonicTime) -> Response {
        let ipv4 = relayedAddress(at: index, .ipv4)
        let ipv6 = relayedAddress(at: index, .ipv6)
        let slot = allocations.slots[index]
        let left = max(slot.ipv4.expiry, slot.ipv6.expiry) - now
        return Response(
            relayed: ipv4 ?? ipv6,
            secondRelayed: ipv4 == nil ? nil : ipv6,
            lifetimeSeconds: UInt32(clamping: left.wholeSeconds),
            reservationToken: account.reservationToken,
            mapped: slot.fiveTuple.client,
            additionalFamilyError: account.additionalFamilyError,
            namesSoftware: true
        )
    }

    /// The lifetime that LIFETIME leads to (RFC 8656 section 7.2): not above the maximum, not below the default. nil without
    /// the attribute.
    func requestedLifetime(_ view: borrowing MessageView) throws(Rejection) -> UInt32? {
        guard let requested = try decoded(Lifetime.self, view) else { return nil }
        return max(min(requested.seconds, configuration.maximumLifetimeSeconds), configuration.defaultLifetimeSeconds)
    }

    /// ADDITIONAL-ADDRESS-FAMILY, also under the number that older clients of coturn give it; nobody else uses that number.
    private func additionalFamily(_ view: borrowing MessageView) throws(Rejection) -> AdditionalAddressFamily? {
        if let family = try decoded(AdditionalAddressFamily.self, view) { return family }
        guard configuration.allowsDualAllocation, let value = view.first(.unassignedAdditionalAddressFamily) else {
            return nil
        }
        do throws(STUNError) {
            return try AdditionalAddressFamily(decoding: value, transactionID: view.transactionID)
        } catch { throw Rejection(.badRequest) }
    }

    /// The first attribute of a type; one that cannot be read makes the request a bad one.
    func decoded<Value: Attribute>(_ type: Value.Type, _ view: borrowing MessageView) throws(Rejection) -> Value? {
        do throws(STUNError) {
            return try view.first(type)
        } catch { throw Rejection(.badRequest) }
    }
}
