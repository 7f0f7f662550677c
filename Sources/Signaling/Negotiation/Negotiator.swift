public import ICE
public import SDP
public import Wire

/// The offers and answers of one participant (RFC 8829, as seen from a server with one bundled transport).
///
/// ```
///              subscriptions change: offer                     client offers: answer
///   stable ------------------------------> offer open        stable -------> stable
///      ^                                     |     |
///      +------------- client answers --------+     | client offers (glare): our offer is withdrawn,
///      +-------------------------------------------+ answer, then offer again
/// ```
///
/// The client's offer always counts. Each method returns what to apply and what to send, in that order.
public struct Negotiator: Sendable {
    /// What a call has brought about.
    public struct Step: Equatable, Sendable {
        /// The new agreement, when it changed. Apply it before the messages go out.
        public var plan: MediaPlan?
        public var messages: [ServerMessage]

        init(plan: MediaPlan? = nil, messages: [ServerMessage] = []) {
            self.plan = plan
            self.messages = messages
        }
    }

    public struct Configuration: Sendable {
        /// Of the participant: its tracks are named after it.
        public var peerID: String
        public var capabilities: ServerCapabilities
        /// Of our certificate.
        public var fingerprint: Fingerprint
        public var candidates: [HostCandidate]
        /// Tell clients that cannot reach the relay.
        public var requiresRelay: Bool
        /// False for WHIP and WHEP, where only the client offers.
        public var mayOffer: Bool

        public init(
            peerID: String,
            capabilities: ServerCapabilities,
            fingerprint: Fingerprint,
            candidates: [HostCandidate],
            requiresRelay: Bool = true,
            mayOffer: Bool = true
        ) {
            self.peerID = peerID
            self.capabilities = capabilities
            self.fingerprint = fingerprint
            self.candidates = candidates
            self.requiresRelay = requiresRelay
            self.mayOffer = mayOffer
        }
    }

    let configuration: Configuration
    private let reader: DescriptionReader
    let writer: DescriptionWriter
    private let reconciliation: Reconciliation
    var state: NegotiatedState
    /// Our open offer.
    private var proposal: NegotiatedState?
    /// Offers that we have withdrawn, oldest first. A client that rolls its own offers back shows by its answer that one of
    /// them counts all the same.
    private var withdrawn: [NegotiatedState] = []
    private static let maximumWithdrawn = 8
    /// What there was before the last offer of the client, until an answer shows that the client has seen ours to it. A
    /// client that has rolled it back offers on top of this.
    private var beforeLastOffer: NegotiatedState?
    /// Offers have crossed: an answer may come to one that we have withdrawn.
    private var hasCrossed = false
    /// Such an answer came: the client rolls its own offers back when they cross ours.
    private var rollsBack = false
    /// The client may not have taken in all that we have answered: offer everything once more.
    private var needsResync = false
    /// Before that time nothing is offered.
    private var quietUntil = MonotonicTime.zero
    private var wanted: [Subscription] = []
    /// Tracks whose section the client has refused: they are not offered again.
    private var declined: Set<String> = []
    private var version: UInt64 = 0
    private var midNumber = 0
    private var lastPlan: MediaPlan?
    var relay = RelayRequirement()

    public init(_ configuration: Configuration, using generator: inout some RandomNumberGenerator) {
        self.configuration = configuration
        reader = DescriptionReader(capabilities: configuration.capabilities, peerID: configuration.peerID)
        writer = DescriptionWriter(
            capabilities: configuration.capabilities,
            fingerprint: configuration.fingerprint,
            candidates: configuration.candidates,
            // RFC 8829 section 5.2.1: 63 bits.
            sessionID: UInt64.random(in: 1...UInt64(Int64.max), using: &generator)
        )
        reconciliation = Reconciliation(capabilities: configuration.capabilities)
        state = NegotiatedState(local: .random(using: &generator))
    }

    /// The credentials that checks of the client come with.
    public var localCredentials: Credentials { state.local }

    /// True while the client owes an answer.
    public var hasOpenOffer: Bool { proposal != nil }

    /// When ``advance(to:sawOnlyForeignSources:)`` has something to do.
    public var nextDeadline: MonotonicTime {
        // Without a quiet time everything that there is to offer has been offered.
        let offer = rollsBack && proposal == nil && wantsToOffer ? quietUntil : .distantFuture
        return min(offer, configuration.requiresRelay ? relay.nextDeadline : .distantFuture)
    }

    /// How long a client that rolls back gets, after it spoke, to finish what it has to say: an offer of ours in that time
    /// would cross its own again, and again.
    public static let quietTime = TimeInterval.milliseconds(250)

    // MARK: - Input

    /// The client offers.
    ///
    /// - Throws: `invalid_offer` or `offer_failed`; nothing has changed then.
    public mutating func receiveOffer(
        _ sdp: String,
        at now: MonotonicTime,
        using generator: inout some RandomNumberGenerator
    ) throws(SignalingError) -> Step {
        let offer = try Self.parse(sdp, .invalidOffer)
        let (before, applied) = try apply(offer)
        var next = applied
        if let old = before.remote, let new = next.remote, old.ufrag != new.ufrag || old.pwd != new.pwd {
            next.local = .random(using: &generator)
        }
        noteDeclined(before: before, after: next)
        reconciliation.release(&next, wanted: wanted)
        reconciliation.fill(&next, wanted: wanted, declined: declined)
        hasCrossed = hasCrossed || proposal != nil
        withdraw()
        beforeLastOffer = before
        state = next
        if rollsBack { quietUntil = now + Self.quietTime }
        var step = Step(plan: changedPlan())
        let answer = writer.write(state, isOffer: false, version: nextVersion(), bundles: offer.bundle != nil)
        step.messages.append(.answer(sdp: answer.description, tracks: state.tracks))
        step.messages += noteCandidates(offer, at: now)
        step.messages += offerIfNeeded(at: now)
        return step
    }

    /// The client answers our offer, or, after a glare, the one that we have withdrawn.
    ///
    /// - Throws: `invalid_state` when no offer is open, `invalid_answer`; the offer stays open then.
    public mutating func receiveAnswer(_ sdp: String, at now: MonotonicTime) throws(SignalingError) -> Step {
        let answer = try Self.parse(sdp, .invalidAnswer)
        guard let base = offer(answeredBy: answer) else {
            guard hasCrossed else { throw SignalingError(.invalidState, "there is no open offer") }
            // The client has answered what is long gone: it will be told again.
            noteRollback(at: now)
            return Step()
        }
        var next = base.proposal
        try reader.apply(answer: answer, to: &next)
        noteDeclined(before: base.proposal, after: next)
        // What nobody wants any more stays in the state: the client has just agreed to it, and has to be told.
        state = next
        if let index = base.withdrawnIndex {
            // The client may have taken a later one as well: its answer will say so.
            withdraw()
            withdrawn.removeFirst(min(index + 1, withdrawn.count))
            noteRollback(at: now)
        } else {
            proposal = nil
            withdrawn.removeAll()
        }
        beforeLastOffer = nil
        var step = Step(plan: changedPlan())
        step.messages += noteCandidates(answer, at: now)
        step.messages += offerIfNeeded(at: now)
        return step
    }

    /// - Throws: `invalid_candidate`.
    public mutating func receiveCandidate(_ message: TrickledCandidate) throws(SignalingError) -> Step {
        if message.candidate.isEmpty {
            relay.end(ufrag: message.usernameFragment)
        } else {
            guard let candidate = Candidate(parsing: message.candidate) else {
                throw SignalingError(.invalidCandidate, "the candidate cannot be read")
            }
            relay.add(candidate, ufrag: message.usernameFragment)
        }
        return Step(messages: relayErrors())
    }

    /// Replaces what the participant is to receive. An offer goes out at once, or as soon as the open one is answered.
    public mutating func setSubscriptions(_ subscriptions: [Subscription], at now: MonotonicTime) -> Step {
        wanted = subscriptions
        declined.formIntersection(subscriptions.map(\.trackID))
        // Packets of a track that ended stop now, whatever becomes of its section.
        var step = Step(plan: changedPlan())
        step.messages = offerIfNeeded(at: now)
        return step
    }

    /// - Parameter sawOnlyForeignSources: what the ICE agent says.
    public mutating func advance(to now: MonotonicTime, sawOnlyForeignSources: Bool) -> Step {
        var step = Step()
        if configuration.requiresRelay, relay.advance(to: now, sawOnlyForeignSources: sawOnlyForeignSources) {
            step.messages.append(.error(.relayRequired))
        }
        step.messages += offerIfNeeded(at: now)
        return step
    }
}

// MARK: - Steps

extension Negotiator {
    private static func parse(_ sdp: String, _ code: SignalingError.Code) throws(SignalingError) -> SessionDescription {
        do throws(SDPError) {
            return try SessionDescription(parsing: sdp)
        } catch {
            throw SignalingError(code, error.description)
        }
    }

    private mutating func nextVersion() -> UInt64 {
        version &+= 1
        return version
    }

    mutating func changedPlan() -> MediaPlan? {
        var current = state
        reconciliation.release(&current, wanted: wanted)
        let plan = current.plan(configuration.capabilities)
        guard plan != lastPlan else { return nil }
        lastPlan = plan
        return plan
    }

    /// What an offer made now would settle, and the number of the next mid after it.
    private var nextProposal: (state: NegotiatedState, midNumber: Int) {
        var next = state
        var number = midNumber
        reconciliation.release(&next, wanted: wanted)
        var homes: [String: Int] = [:]
        for (index, section) in state.sections.enumerated() {
            if let track = section.subscription?.trackID, next.sections[index].subscription == nil {
                homes[track] = index
            }
        }
        reconciliation.propose(&next, wanted: wanted, declined: declined, homes: homes, number: &number)
        return (next, number)
    }

    private var wantsToOffer: Bool {
        configuration.mayOffer && (needsResync || nextProposal.state.sections != state.sections)
    }

    private mutating func offerIfNeeded(at now: MonotonicTime) -> [ServerMessage] {
        guard proposal == nil, now >= quietUntil, wantsToOffer else { return [] }
        let (next, number) = nextProposal
        proposal = next
        midNumber = number
        needsResync = false
        let offer = writer.write(next, isOffer: true, version: nextVersion())
        return [.offer(sdp: offer.description, tracks: next.tracks)]
    }

    private mutating func noteRollback(at now: MonotonicTime) {
        rollsBack = true
        needsResync = true
        quietUntil = now + Self.quietTime
    }

    /// Applies an offer to what was agreed on, or to what there was before the client took its last offer back.
    ///
    /// - Returns: what it was applied to, and the outcome.
    private func apply(
        _ offer: SessionDescription
    ) throws(SignalingError) -> (before: NegotiatedState, after: NegotiatedState) {
        var next = state
        do throws(SignalingError) {
            try reader.apply(offer: offer, to: &next)
            return (state, next)
        } catch {
            guard rollsBack, var before = beforeLastOffer else { throw error }
            let start = before
            guard (try? reader.apply(offer: offer, to: &before)) != nil else { throw error }
            return (start, before)
        }
    }

    /// Subscriptions that a description of the client has thrown off their sections. A new place to receive says that the
    /// client wants to see more.
    private mutating func noteDeclined(before: NegotiatedState, after: NegotiatedState) {
        for (index, new) in after.sections.enumerated() {
            let old = index < before.sections.count ? before.sections[index] : nil
            if new.isSlot, new.clientReceives, old?.clientReceives != true { declined.removeAll() }
        }
        for (old, new) in zip(before.sections, after.sections) {
            if let lost = old.subscription, new.subscription == nil { declined.insert(lost.trackID) }
        }
    }

    /// The open offer becomes one that an answer may still come to.
    private mutating func withdraw() {
        guard let proposal else { return }
        if withdrawn.count == Self.maximumWithdrawn { withdrawn.removeFirst() }
        withdrawn.append(proposal)
        self.proposal = nil
    }

    /// The offer that an answer belongs to: the open one, or after a glare the one with the same sections. Where those are
    /// the same too, ICE credentials of before the client's own offer tell.
    private func offer(
        answeredBy answer: SessionDescription
    ) -> (proposal: NegotiatedState, withdrawnIndex: Int?)? {
        let mids = answer.media.map(\.mid)
        let ufrag = answer.media.first.flatMap { answer.iceCredentials(for: $0)?.ufrag }
        let older = withdrawn.lastIndex { $0.sections.map(\.mid) == mids }
        if let proposal, !hasCrossed || proposal.sections.map(\.mid) == mids {
            guard let older, let ufrag, ufrag == withdrawn[older].remote?.ufrag, ufrag != state.remote?.ufrag else {
                return (proposal, nil)
            }
        }
        return older.map { (withdrawn[$0], $0) }
    }

    private mutating func noteCandidates(_ description: SessionDescription, at now: MonotonicTime) -> [ServerMessage] {
        guard let ufrag = state.remote?.ufrag else { return [] }
        relay.begin(ufrag: ufrag, at: now)
        for section in description.media {
            for candidate in section.candidates { relay.add(candidate, ufrag: ufrag) }
        }
        if description.hasEndOfCandidates || description.media.contains(where: { $0.hasEndOfCandidates }) {
            relay.end(ufrag: ufrag)
        }
        return relayErrors()
    }

    mutating func relayErrors() -> [ServerMessage] {
        guard configuration.requiresRelay, relay.isNewlyUnmet() else { return [] }
        return [.error(.relayRequired)]
    }
}
