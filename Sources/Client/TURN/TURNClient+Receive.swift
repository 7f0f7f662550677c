internal import STUN
public import Wire

/// What ``TURNClient/receive(_:at:)`` has made of a message.
public enum TURNClientReceived: Hashable, Sendable {
    /// Data of a peer, where they lie in the message.
    case data(TURNClientData)
    /// A response; look for transmissions and events.
    case response
    /// Nothing for this client: malformed, not authentic, late, or of a peer that it does not know.
    case ignored
}

extension TURNClient {
    /// Takes any message of the server: a datagram, or one message of a stream.
    public mutating func receive(_ bytes: RawSpan, at now: MonotonicTime) -> TURNClientReceived {
        if let data = unwrap(bytes) { return .data(data) }
        guard let message = try? MessageView(parsing: bytes), message.fingerprintStatus != .invalid,
            message.messageClass.isResponse,
            let index = transactions.firstIndex(where: { $0.id == message.transactionID }),
            transactions[index].request.method == message.method
        else { return .ignored }
        let isReceived =
            message.messageClass == .successResponse
            ? receiveSuccess(message, index, now)
            : receiveError(message, index, now)
        return isReceived ? .response : .ignored
    }

    /// RFC 8489 section 9.2.5: true when the response proves that it is the server's, or had no key to prove it with.
    private func isAuthentic(_ message: borrowing MessageView, _ transaction: Transaction) -> Bool {
        guard transaction.hasCredentials, let challenge else { return true }
        return message.isAuthentic(challenge.integrity, key: challenge.key)
    }

    private mutating func receiveSuccess(
        _ message: borrowing MessageView,
        _ index: Int,
        _ now: MonotonicTime
    ) -> Bool {
        let transaction = transactions[index]
        guard isAuthentic(message, transaction) else { return false }
        transactions.remove(at: index)
        guard message.unknownAttributes(known: .stun.union(.turn)).isEmpty else {
            fail(transaction.request, .badResponse)
            return true
        }
        switch transaction.request {
        case .allocate:
            guard let relayed = try? message.first(XorRelayedAddress.self),
                let lifetime = try? message.first(Lifetime.self), lifetime.seconds > 0
            else {
                fail(transaction.request, .badResponse)
                return true
            }
            let mapped = try? message.first(XorMappedAddress.self)
            var allocation = Allocation(relayed: relayed.address, refreshAt: now, expiry: now)
            allocation.extend(by: lifetime.seconds, at: now)
            phase = .allocated(allocation)
            events.append(
                .allocated(relayed: relayed.address, mapped: mapped?.address, lifetimeSeconds: lifetime.seconds)
            )
        case .refresh(let requested):
            guard case .allocated(var allocation) = phase else {
                finish(nil)
                return true
            }
            guard requested != 0, let lifetime = try? message.first(Lifetime.self), lifetime.seconds > 0 else {
                fail(transaction.request, .badResponse)
                return true
            }
            allocation.extend(by: lifetime.seconds, at: now)
            phase = .allocated(allocation)
            events.append(.refreshed(lifetimeSeconds: lifetime.seconds))
        case .createPermission(let ip):
            guard let position = permissions.firstIndex(where: { $0.ip == ip }) else { return true }
            permissions[position].refreshAt = now + Self.refreshInterval
            permissions[position].expiry = now + Self.permissionLifetime
            events.append(.permissionCreated(ip))
        case .channelBind(let channel, let peer):
            guard let position = bindings.firstIndex(where: { $0.channel == channel }) else { return true }
            bindings[position].refreshAt = now + Self.refreshInterval
            bindings[position].expiry = now + Self.bindingLifetime
            events.append(.channelBound(channel, peer: peer))
        }
        return true
    }

    private mutating func receiveError(_ message: borrowing MessageView, _ index: Int, _ now: MonotonicTime) -> Bool {
        let transaction = transactions[index]
        guard let error = try? message.first(ErrorCode.self) else { return false }
        switch error {
        case .unauthenticated where !transaction.hasCredentials, .staleNonce:
            return follow(message, error, index, now)
        case .unauthenticated, .badRequest:
            // These come without integrity. With it, it must be right.
            guard message.integrityAlgorithm == nil || isAuthentic(message, transaction) else { return false }
        default:
            guard isAuthentic(message, transaction) else { return false }
        }
        transactions.remove(at: index)
        guard message.unknownAttributes(known: .stun.union(.turn)).isEmpty else {
            fail(transaction.request, .badResponse)
            return true
        }
        switch error {
        case .tryAlternate where transaction.hasCredentials:
            if let server = try? message.first(AlternateServer.self) {
                fail(transaction.request, .redirected(server.address))
            } else {
                fail(transaction.request, .badResponse)
            }
        case .serverError:
            retryLater(transaction.request, now)
        default:
            fail(transaction.request, .refused(error))
        }
        return true
    }

    /// A challenge: every request under way starts again with it, since the old nonce would be refused for each.
    private mutating func follow(
        _ message: borrowing MessageView,
        _ error: ErrorCode,
        _ index: Int,
        _ now: MonotonicTime
    ) -> Bool {
        switch Challenge.judge(message, configuration: configuration, previous: challenge) {
        case .ignored:
            return false
        case .impossible:
            fail(transactions.remove(at: index).request, .refused(error))
        case .accepted(let accepted):
            guard transactions[index].challenges < Transaction.maximumChallenges else {
                fail(transactions.remove(at: index).request, .refused(error))
                return true
            }
            challenge = accepted
            for other in transactions.indices {
                transactions[other] = transactions[other].restarted(
                    transport: configuration.transport,
                    timeout: configuration.retransmissionTimeout,
                    at: now,
                    wasChallenged: other == index
                )
            }
        }
        return true
    }

    /// 500 (Server Error) is temporary (RFC 8489 section 14.8): what exists is tried again until it expires.
    private mutating func retryLater(_ request: Transaction.Request, _ now: MonotonicTime) {
        let later = now + .seconds(5)
        switch request {
        case .refresh(let seconds) where seconds != 0:
            guard case .allocated(var allocation) = phase else { return }
            allocation.refreshAt = later
            phase = .allocated(allocation)
        case .createPermission(let ip):
            guard let position = permissions.firstIndex(where: { $0.ip == ip }), permissions[position].expiry != nil
            else { return fail(request, .refused(.serverError)) }
            permissions[position].refreshAt = later
        case .channelBind(let channel, _):
            guard let position = bindings.firstIndex(where: { $0.channel == channel }), bindings[position].expiry != nil
            else { return fail(request, .refused(.serverError)) }
            bindings[position].refreshAt = later
        default:
            fail(request, .refused(.serverError))
        }
    }

    mutating func fail(_ request: Transaction.Request, _ failure: TURNClientFailure) {
        switch request {
        case .allocate:
            finish(failure)
        case .refresh:
            // A deletion that finds nothing, or gets no answer, is none the worse (RFC 8656 section 8.3).
            if case .closing = phase { finish(nil) } else { finish(failure) }
        case .createPermission(let ip):
            permissions.removeAll { $0.ip == ip }
            events.append(.permissionFailed(ip, failure))
        case .channelBind(let channel, let peer):
            bindings.removeAll { $0.channel == channel }
            events.append(.channelFailed(channel, peer: peer, failure))
        }
    }
}

extension TURNClient.Allocation {
    /// Takes over a new lifetime: refreshed a minute before its end, or half-way through a short one.
    fileprivate mutating func extend(by seconds: UInt32, at now: MonotonicTime) {
        let lifetime = TimeInterval.seconds(Int64(seconds))
        expiry = now + lifetime
        refreshAt = expiry - min(TURNClient.refreshMargin, lifetime / 2)
    }
}
