internal import SDP

/// Brings subscriptions and sections together.
struct Reconciliation {
    let capabilities: ServerCapabilities

    /// Takes subscriptions off sections where nobody wants them any more.
    func release(_ state: inout NegotiatedState, wanted: [Subscription]) {
        for index in state.sections.indices {
            guard let bound = state.sections[index].subscription, !wanted.contains(bound) else { continue }
            state.sections[index].subscription = nil
        }
    }

    /// Fills slots that a client's offer holds out, with what the client said it can receive.
    func fill(_ state: inout NegotiatedState, wanted: [Subscription], declined: Set<String>) {
        for index in state.sections.indices {
            let section = state.sections[index]
            guard section.isIdleSlot else { continue }
            let free = unbound(state, wanted).filter { !declined.contains($0.trackID) }
            state.sections[index].subscription = free.first { subscription in
                subscription.kind == section.kind
                    && subscription.codecs.contains { own in section.codecs.contains { $0.codec == own.codec } }
            }
        }
    }

    /// Finds a section for every subscription: one that is idle, one that was stopped, or a new one.
    ///
    /// - Parameter homes: the sections that subscriptions to a track had before they changed. An SSRC that moved to another
    ///   section would be in two at once for a browser that takes them one after the other.
    /// - Parameter number: of the next mid. It only counts up: a mid of an offer that was withdrawn would stand for two
    ///   sections.
    func propose(
        _ state: inout NegotiatedState,
        wanted: [Subscription],
        declined: Set<String>,
        homes: [String: Int],
        number: inout Int
    ) {
        let unbound = unbound(state, wanted).filter { !declined.contains($0.trackID) }
        let homes = homes.filter { home in unbound.contains { $0.trackID == home.key } }
        for subscription in unbound {
            let idle =
                homes[subscription.trackID]
                ?? state.sections.indices.first {
                    state.sections[$0].isIdleSlot && state.sections[$0].kind == subscription.kind
                        && !homes.values.contains($0)
                }
            let stopped = state.sections.firstIndex { $0.isStopped }
            if let idle {
                offer(subscription, in: &state.sections[idle], &state.tables)
            } else if let stopped {
                state.sections[stopped] = section(subscription, newMID(state, &number), &state.tables)
            } else if state.sections.count < SDPLimits.mediaSections {
                state.sections.append(section(subscription, newMID(state, &number), &state.tables))
            }
        }
    }

    private func unbound(_ state: NegotiatedState, _ wanted: [Subscription]) -> [Subscription] {
        let bound = Set(state.sections.compactMap { $0.subscription?.trackID })
        return wanted.filter { !bound.contains($0.trackID) }
    }

    /// `s` and a number: the client counts without a letter.
    private func newMID(_ state: NegotiatedState, _ number: inout Int) -> MID {
        let used = Set(state.sections.map(\.mid))
        while used.contains(MID("s\(number)")) { number += 1 }
        defer { number += 1 }
        return MID("s\(number)")
    }

    private func section(
        _ subscription: Subscription,
        _ mid: MID,
        _ tables: inout NumberTables
    ) -> NegotiatedState.Section {
        var section = NegotiatedState.Section(
            mid: mid,
            kind: subscription.kind,
            transport: "UDP/TLS/RTP/SAVPF",
            formats: ["0"]
        )
        section.isSlot = true
        section.clientReceives = true
        offer(subscription, in: &section, &tables)
        return section
    }

    /// Offers what the publisher may send, with the numbers of this connection.
    private func offer(
        _ subscription: Subscription,
        in section: inout NegotiatedState.Section,
        _ tables: inout NumberTables
    ) {
        section.subscription = subscription
        // What the client sends on the same section must stay possible.
        var plans = section.publication == nil ? [] : section.codecs
        for own in subscription.codecs
        where capabilities.codecs.contains(own.codec.kind) && !plans.contains(where: { $0.codec == own.codec }) {
            guard let payloadType = tables.payloadType(own.codec) else { continue }
            var parameters = own.parameters ?? own.codec.defaultParameters
            if own.codec.kind == .red {
                guard let opus = tables.payloadType(Codec(.opus)) else { continue }
                parameters = "\(opus)/\(opus)"
            }
            plans.append(
                CodecPlan(
                    codec: own.codec,
                    payloadType: payloadType,
                    rtxPayloadType: tables.rtxPayloadType(own.codec),
                    parameters: parameters,
                    feedback: capabilities.feedback.filter { !own.codec.kind.isAudio || $0.appliesToAudio }
                )
            )
        }
        section.codecs = plans
        section.formats = plans.map { String($0.payloadType) }
        for kind in capabilities.extensions where kind.applies(to: section.kind) {
            guard !section.extensions.contains(where: { $0.kind == kind }), let id = tables.id(kind) else { continue }
            section.extensions.append(ExtensionPlan(id: id, kind: kind))
        }
    }
}

extension NegotiatedState.Section {
    fileprivate var isIdleSlot: Bool { isSlot && clientReceives && !isStopped && subscription == nil }
}

extension Feedback {
    fileprivate var appliesToAudio: Bool { self == .nack || self == .transportCC }
}
