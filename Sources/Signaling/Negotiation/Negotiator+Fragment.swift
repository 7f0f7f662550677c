internal import ICE
public import SDP
public import Wire

extension Negotiator {
    /// A PATCH of WHIP or WHEP: candidates, or an ICE restart (RFC 9725 section 4.3).
    ///
    /// - Returns: what to apply, and our side of an ICE restart for the response; nil when there was none.
    /// - Throws: `invalid_state` before the first offer, `invalid_candidate` when the fragment cannot be read.
    public mutating func receiveFragment(
        _ text: String,
        at now: MonotonicTime,
        using generator: inout some RandomNumberGenerator
    ) throws(SignalingError) -> (step: Step, response: Fragment?) {
        guard var remote = state.remote else { throw SignalingError(.invalidState, "there is no session to patch") }
        let fragment: Fragment
        do throws(SDPError) {
            fragment = try Fragment(parsing: text)
        } catch {
            throw SignalingError(.invalidCandidate, error.description)
        }
        var response: Fragment?
        if let new = fragment.iceCredentials, new.ufrag != remote.ufrag || new.pwd != remote.pwd {
            remote.ufrag = new.ufrag
            remote.pwd = new.pwd
            state.remote = remote
            state.local = .random(using: &generator)
            response = writer.fragment(state)
            relay.begin(ufrag: new.ufrag, at: now)
        }
        var ends = fragment.hasEndOfCandidates
        for section in fragment.media {
            for candidate in section.candidates { relay.add(candidate, ufrag: remote.ufrag) }
            ends = ends || section.hasEndOfCandidates
        }
        if ends { relay.end(ufrag: remote.ufrag) }
        return (Step(plan: changedPlan(), messages: relayErrors()), response)
    }
}

extension DescriptionWriter {
    /// Our credentials and candidates, as RFC 8840 section 9 writes them.
    func fragment(_ state: NegotiatedState) -> Fragment {
        var attributes: [Attribute] = [
            .iceLite, .iceUfrag(state.local.ufrag.description), .icePwd(state.local.pwd),
        ]
        guard let section = state.sections.first(where: { !$0.isStopped }) else {
            return Fragment(attributes: attributes)
        }
        attributes.insert(.group(.bundle(state.sections.filter { !$0.isStopped }.map(\.mid))), at: 0)
        let format = section.codecs.first.map { String($0.payloadType) } ?? section.formats.first ?? "0"
        var media = MediaDescription(kind: section.kind, transport: section.transport, formats: [format])
        media.attributes = [.mid(section.mid)] + hostCandidates
        return Fragment(attributes: attributes, media: [media])
    }
}
