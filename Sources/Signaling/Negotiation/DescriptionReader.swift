internal import SDP

/// Reads what client descriptions say about the whole connection, and makes state of it.
struct DescriptionReader {
    let capabilities: ServerCapabilities
    let peerID: String

    /// Applies an offer of the client.
    func apply(offer: SessionDescription, to state: inout NegotiatedState) throws(SignalingError) {
        var next = state
        try checkOrder(offer, against: state.sections)
        var sections: [NegotiatedState.Section] = []
        for (index, media) in offer.media.enumerated() {
            let previous = index < state.sections.count ? state.sections[index] : nil
            sections.append(section(media, of: offer, previous: previous, at: index, among: sections, &next))
        }
        next.sections = sections
        next.allowsMixedExtensions = allowsMixedExtensions(offer)
        try readTransport(offer, into: &next, isOffer: true)
        state = next
    }

    /// Applies an answer of the client to our offer, of which `state` is the proposal.
    func apply(answer: SessionDescription, to state: inout NegotiatedState) throws(SignalingError) {
        guard answer.media.count == state.sections.count else {
            throw SignalingError(.invalidAnswer, "the answer has other media sections than the offer")
        }
        var next = state
        for (index, media) in answer.media.enumerated() {
            let previous = state.sections[index]
            guard media.kind == previous.kind, media.mid == nil || media.mid == previous.mid || media.port == 0 else {
                throw SignalingError(.invalidAnswer, "media section \(index) is not that of the offer")
            }
            if previous.isStopped { continue }
            var read = section(media, of: answer, previous: previous, at: index, among: [], &next)
            // An answer only takes away: what was not received before is not received now.
            if previous.publication == nil { read.publication = nil }
            if previous.subscription == nil, !read.isStopped { read.clientReceives = previous.clientReceives }
            read.mid = previous.mid
            next.sections[index] = read
        }
        next.allowsMixedExtensions = allowsMixedExtensions(answer)
        try readTransport(answer, into: &next, isOffer: false)
        state = next
    }

    private func checkOrder(
        _ offer: SessionDescription,
        against sections: [NegotiatedState.Section]
    ) throws(SignalingError) {
        guard offer.media.count >= sections.count else {
            throw SignalingError(.offerFailed, "the offer has fewer media sections than before")
        }
        var seen: Set<MID> = []
        for (index, media) in offer.media.enumerated() {
            if let mid = media.mid, !seen.insert(mid).inserted {
                throw SignalingError(.offerFailed, "mid \(mid) is used twice")
            }
            if media.mid == nil, !media.isRejected {
                throw SignalingError(.offerFailed, "media section \(index) has no mid")
            }
            guard index < sections.count, !sections[index].isStopped else { continue }
            guard media.isRejected || media.mid == sections[index].mid && media.kind == sections[index].kind else {
                throw SignalingError(.offerFailed, "media section \(index) is not mid \(sections[index].mid)")
            }
        }
    }

    // MARK: - One section

    private func section(
        _ media: MediaDescription,
        of description: SessionDescription,
        previous: NegotiatedState.Section?,
        at index: Int,
        among earlier: [NegotiatedState.Section],
        _ state: inout NegotiatedState
    ) -> NegotiatedState.Section {
        let mid = media.mid ?? previous?.mid ?? MID("x\(index)")
        // A section that was stopped and is used again has nothing in common with what it was.
        let previous = previous.flatMap { $0.isStopped || $0.mid != mid ? nil : $0 }
        var section = NegotiatedState.Section(
            mid: mid,
            kind: media.kind,
            transport: media.transport,
            formats: media.formats
        )
        section.isStopped = true
        guard !media.isRejected, isBundled(media, in: description) else { return section }
        if media.kind == .application {
            section.isData = true
            section.isStopped =
                capabilities.dataChannels == nil || !media.transport.hasSuffix("DTLS/SCTP")
                || media.formats != ["webrtc-datachannel"]
            if !section.isStopped { state.remoteMaximumMessageSize = media.maxMessageSize }
            return section
        }
        guard media.kind == .audio || media.kind == .video, media.transport.hasSuffix("RTP/SAVPF"), media.hasRTCPMux
        else { return section }
        section.codecs = capabilities.negotiate(media)
        section.extensions = capabilities.negotiateExtensions(media)
        state.tables.learn(media, section.codecs, section.extensions)
        guard !section.codecs.isEmpty else { return section }
        section.isStopped = false
        section.hasReducedSizeRTCP = media.hasRTCPReducedSize
        let direction = description.direction(of: media)
        // A section that we made stays a place for subscriptions, though browsers may send on it as well.
        section.isSlot = previous?.isSlot ?? (direction == .recvonly)
        if direction.sends {
            let published =
                earlier.compactMap(\.publication)
                + state.sections[min(index, state.sections.count)...]
                .compactMap(\.publication)
            section.publication = publication(media, previous: previous?.publication, among: published)
        }
        section.clientReceives = direction.receives
        if direction.receives { section.subscription = previous?.subscription }
        return section
    }

    /// RFC 9143 section 7.3: what is not in the group has a transport of its own, which we do not offer. A description with
    /// one section needs no group.
    private func isBundled(_ media: MediaDescription, in description: SessionDescription) -> Bool {
        guard let bundle = description.bundle else { return description.media.filter { !$0.isRejected }.count == 1 }
        return media.mid.map { bundle.contains($0) } ?? false
    }

    private func publication(
        _ media: MediaDescription,
        previous: PublicationPlan?,
        among others: [PublicationPlan]
    ) -> PublicationPlan {
        let source = media.msids.first ?? legacySource(media)
        var ssrcs: [UInt32] = []
        for attribute in media.ssrcAttributes where !ssrcs.contains(attribute.ssrc) && ssrcs.count < 32 {
            ssrcs.append(attribute.ssrc)
        }
        let sent = media.ridDescriptions.filter { $0.direction == .send }
        let encodings = (media.simulcast?.send ?? [])
            .compactMap { alternatives in
                alternatives.first { encoding in sent.contains { $0.rid == encoding.rid } }
            }
            .prefix(capabilities.maximumEncodings)
        return PublicationPlan(
            trackID: previous?.trackID ?? trackID(media.kind, among: others),
            streamID: previous?.streamID ?? streamID(source, among: others),
            source: source,
            encodings: Array(encodings),
            ssrcs: ssrcs,
            ssrcGroups: Array(media.ssrcGroups.prefix(8)),
            restrictions: encodings.compactMap { encoding in sent.first { $0.rid == encoding.rid } }
        )
    }

    /// Where the stream is named at the SSRC alone, as GStreamer does.
    private func legacySource(_ media: MediaDescription) -> MediaStreamID? {
        for attribute in media.ssrcAttributes where attribute.name == "msid" {
            let words = attribute.value?.split(separator: " ") ?? []
            if let stream = words.first {
                return MediaStreamID(stream: String(stream), track: words.count > 1 ? String(words[1]) : nil)
            }
        }
        return nil
    }

    /// `KIND-PEER` for the first track of a kind, then the lowest number that is free.
    private func trackID(_ kind: MediaKind, among others: [PublicationPlan]) -> String {
        let base = "\(kind.name)-\(peerID)"
        return free(base, used: Set(others.map(\.trackID)))
    }

    /// The name of the stream that others of this source have already, or a new one.
    private func streamID(_ source: MediaStreamID?, among others: [PublicationPlan]) -> String {
        if let known = others.first(where: { $0.source?.stream == source?.stream }) { return known.streamID }
        return free(peerID, used: Set(others.map(\.streamID)))
    }

    private func free(_ base: String, used: Set<String>) -> String {
        guard used.contains(base) else { return base }
        // There are more numbers than names in use.
        return (2...used.count + 2).lazy.map { "\(base)-\($0)" }.first { !used.contains($0) } ?? base
    }

    // MARK: - The transport

    private func allowsMixedExtensions(_ description: SessionDescription) -> Bool {
        description.allowsMixedExtensions || description.media.contains { $0.allowsMixedExtensions }
    }

    /// Reads credentials, fingerprints and role from the section that stands for the bundle.
    private func readTransport(
        _ description: SessionDescription,
        into state: inout NegotiatedState,
        isOffer: Bool
    ) throws(SignalingError) {
        let code: SignalingError.Code = isOffer ? .offerFailed : .invalidAnswer
        let live = zip(description.media, state.sections).filter { !$1.isStopped }.map(\.0)
        let tag = description.bundle?.first
        let tagged = live.first { $0.mid == tag && $0.mid != nil } ?? live.first ?? description.media.first
        guard let section = tagged else { throw SignalingError(code, "there is no media section") }
        guard let credentials = description.iceCredentials(for: section) else {
            if live.isEmpty, state.remote != nil { return }
            throw SignalingError(code, "ice-ufrag and ice-pwd are missing")
        }
        let fingerprints = description.fingerprints(for: section)
        guard !fingerprints.isEmpty else { throw SignalingError(code, "fingerprint is missing") }
        var role: TransportPlan.DTLSRole
        switch (description.setup(for: section) ?? (isOffer ? .actpass : .active), isOffer) {
        case (.actpass, true), (.active, _): role = .server
        case (.passive, _): role = .client
        case (.actpass, false), (.holdconn, _): throw SignalingError(code, "this value of setup cannot be used")
        }
        // The association stays as it is while the certificate does (RFC 8842 section 5.5).
        if let remote = state.remote, remote.fingerprints == fingerprints { role = remote.role }
        state.remote = .init(
            ufrag: credentials.ufrag,
            pwd: credentials.pwd,
            fingerprints: fingerprints,
            role: role
        )
    }
}
