internal import STUN
public import Wire

extension Server {
    /// Takes any message of a client.
    ///
    /// - Parameters:
    ///   - message: A UDP datagram, or one message of a stream as ``StreamFramer`` cuts it out.
    ///   - fiveTuple: Where it came from and to.
    public mutating func receive<R: RelayTransport & ~Copyable>(
        _ message: RawSpan,
        over fiveTuple: FiveTuple,
        at now: Timestamp,
        relay: inout R
    ) -> ReceiveAction {
        guard message.byteCount >= 4 else { return drop(.malformed) }
        let first = message.loadUInt8(at: 0)
        if first >> 6 == 1 || message.loadUInt16(at: 0) == Self.sendIndication {
            // RFC 8656 section 5: without an allocation there is no answer, and indications are not authenticated.
            guard let index = allocations.index(over: fiveTuple) else { return drop(.noAllocation) }
            return first >> 6 == 1
                ? receiveChannelData(message, index, now.monotonic)
                : receiveSend(message, index, now.monotonic)
        }
        guard first >> 6 == 0 else { return drop(.malformed) }
        return receiveSTUN(message, over: fiveTuple, at: now, &relay)
    }

    /// RFC 8489 section 6.3.
    private mutating func receiveSTUN<R: RelayTransport & ~Copyable>(
        _ message: RawSpan,
        over fiveTuple: FiveTuple,
        at now: Timestamp,
        _ relay: inout R
    ) -> ReceiveAction {
        let view: MessageView
        do throws(STUNError) {
            view = try MessageView(parsing: message)
        } catch {
            if case .badMagicCookie = error, fiveTuple.transport == .dtls {
                return answerClassic(message, fiveTuple, now)
            }
            return drop(.malformed)
        }
        guard view.fingerprintStatus != .invalid else { return drop(.badFingerprint) }
        guard view.messageClass == .request else { return drop(.unexpectedMessage) }
        switch view.method {
        case .binding:
            return receiveBinding(view, over: fiveTuple, at: now)
        case .allocate, .refresh, .createPermission, .channelBind:
            return receiveTURNRequest(view, over: fiveTuple, at: now, &relay)
        default:
            return drop(.unexpectedMessage)
        }
    }

    private mutating func receiveTURNRequest<R: RelayTransport & ~Copyable>(
        _ view: borrowing MessageView,
        over fiveTuple: FiveTuple,
        at now: Timestamp,
        _ relay: inout R
    ) -> ReceiveAction {
        let head = RequestHead(view)
        // An allocation whose time is over does not exist, even if nobody has cleared it away yet.
        var index = allocations.index(over: fiveTuple)
        if let ended = index, !allocations.slots[ended].isAlive(at: now.monotonic) {
            end(ended, &relay)
            counters.allocationsExpired &+= 1
            index = nil
        }

        // RFC 8489 section 6.3: authentication first, then unknown attributes, then the request.
        let user: AuthenticatedUser
        switch authenticate(view, over: fiveTuple, at: now, index) {
        case .verified(let verified):
            user = verified
        case .refused(let refusal):
            return refuse(refusal, head, fiveTuple, now)
        }
        do throws(Rejection) {
            let unknown = view.unknownAttributes(known: knownAttributes)
            guard unknown.isEmpty else { throw Rejection(.unknownAttribute, unknown: unknown) }
            // RFC 8656 section 5: all requests of an allocation come with one username.
            if let index, allocations.accounts[index]?.username != user.credentials.username {
                throw Rejection(.wrongCredentials)
            }
            let response: Response
            switch view.method {
            case .allocate:
                response = try allocate(view, user, over: fiveTuple, at: now, index)
            case .refresh:
                response = try refresh(view, at: now, index, &relay)
            case .createPermission:
                response = try createPermission(view, at: now.monotonic, index, &relay)
            default:
                response = try bindChannel(view, at: now.monotonic, index, &relay)
            }
            return respond(response, to: head, user.protection)
        } catch {
            var rejection = error
            // Credentials that are no longer accepted: a new challenge, which carries no integrity.
            if rejection.code == .unauthenticated {
                return reject(rejection, to: head, nil, nonce: makeNonce(fiveTuple, now))
            }
            rejection.namesSoftware = head.method == .allocate || head.method == .refresh
            return reject(rejection, to: head, user.protection)
        }
    }

    /// The comprehension-required attributes that this server understands.
    var knownAttributes: AttributeTypeSet {
        let known = AttributeTypeSet.stun.union(.turn)
        return configuration.supportsDontFragment ? known.union([.dontFragment]) : known
    }

    /// Binding (RFC 8489 section 2): the one request without credentials.
    private mutating func receiveBinding(
        _ view: borrowing MessageView,
        over fiveTuple: FiveTuple,
        at now: Timestamp
    ) -> ReceiveAction {
        guard configuration.answersBinding else { return drop(.bindingDisabled) }
        if let reason = replyRefusal(fiveTuple, now) { return drop(reason) }
        let head = RequestHead(view)
        let unknown = view.unknownAttributes(known: knownAttributes)
        guard unknown.isEmpty else { return reject(Rejection(.unknownAttribute, unknown: unknown), to: head, nil) }
        return respond(Response(mapped: fiveTuple.client), to: head, nil)
    }

    /// A request of RFC 3489, without the magic cookie, over DTLS: RFC 8489 section 11 wants a 500. The 16 bytes after the
    /// length are its transaction identifier.
    private mutating func answerClassic(_ message: RawSpan, _ fiveTuple: FiveTuple, _ now: Timestamp) -> ReceiveAction {
        let length = Int(message.loadUInt16(at: 2))
        guard message.byteCount >= STUNHeader.byteCount, length & 3 == 0,
            message.byteCount == STUNHeader.byteCount + length,
            MessageType(rawValue: message.loadUInt16(at: 0)) == MessageType(.request, .binding)
        else { return drop(.malformed) }
        if let reason = replyRefusal(fiveTuple, now) { return drop(reason) }
        var span = output.mutableSpan
        var bytes = unsafe span.mutableBytes
        bytes.store(MessageType(.errorResponse, .binding).rawValue, at: 0)
        bytes.store(UInt16(8), at: 2)
        bytes.copy(message.extracting(4..<20), to: 4)
        bytes.store(AttributeType.errorCode.rawValue, at: 20)
        bytes.store(UInt16(4), at: 22)
        bytes.store(UInt32(5) << 8, at: 24)
        outputCount = 28
        counters[ErrorCode.serverError] &+= 1
        return .respond(count: 28)
    }

    /// Why a source that has not proved who it is gets no answer now; nil when it gets one.
    mutating func replyRefusal(_ fiveTuple: FiveTuple, _ now: Timestamp) -> DropReason? {
        switch replies.judge(fiveTuple.client.ip, at: now.monotonic) {
        case .answer: nil
        case .prefixExhausted: .replyLimit
        case .totalExhausted: .totalReplyLimit
        }
    }
}
