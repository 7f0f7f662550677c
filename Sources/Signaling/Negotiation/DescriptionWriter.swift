internal import ICE
internal import SDP
internal import Wire

/// Writes our offers and answers from state.
struct DescriptionWriter {
    let capabilities: ServerCapabilities
    let fingerprint: Fingerprint
    let candidates: [HostCandidate]
    let sessionID: UInt64

    /// - Parameter bundles: false in an answer to an offer without a BUNDLE group.
    func write(_ state: NegotiatedState, isOffer: Bool, version: UInt64, bundles: Bool = true) -> SessionDescription {
        var attributes: [Attribute] = []
        let live = state.sections.filter { !$0.isStopped }
        if bundles { attributes.append(.group(.bundle(live.map(\.mid)))) }
        attributes.append(.iceLite)
        attributes.append(.iceOptions(["trickle"]))
        if isOffer || state.allowsMixedExtensions { attributes.append(.extensionMapAllowMixed) }
        attributes.append(.other(name: "msid-semantic", value: " WMS *"))
        return SessionDescription(
            origin: Origin(sessionID: sessionID, sessionVersion: version),
            attributes: attributes,
            media: state.sections.map { section in
                section.isStopped ? rejected(section) : write(section, of: state, isOffer: isOffer)
            }
        )
    }

    private func rejected(_ section: NegotiatedState.Section) -> MediaDescription {
        MediaDescription(
            kind: section.kind,
            port: 0,
            transport: section.transport,
            formats: section.formats,
            attributes: [.mid(section.mid), .direction(.inactive)]
        )
    }

    private func write(
        _ section: NegotiatedState.Section,
        of state: NegotiatedState,
        isOffer: Bool
    ) -> MediaDescription {
        var attributes = transport(state, isOffer: isOffer)
        attributes.append(.mid(section.mid))
        if section.isData {
            let data = capabilities.dataChannels ?? .init()
            attributes += [.sctpPort(data.port), .maxMessageSize(data.maximumMessageSize)]
            return MediaDescription(
                kind: section.kind,
                transport: section.transport,
                formats: section.formats,
                attributes: attributes
            )
        }
        attributes += section.extensions.map {
            .extensionMap(ExtensionMap(id: UInt16($0.id), uri: $0.kind.rawValue))
        }
        attributes.append(.direction(section.direction))
        if let subscription = section.subscription {
            attributes.append(
                .msid(MediaStreamID(stream: subscription.streamID, track: subscription.trackID))
            )
        }
        attributes.append(.rtcpMux)
        if isOffer || section.hasReducedSizeRTCP { attributes.append(.rtcpReducedSize) }
        var formats: [String] = []
        for plan in section.codecs {
            formats.append(String(plan.payloadType))
            attributes += codec(plan)
            guard let rtx = plan.rtxPayloadType else { continue }
            formats.append(String(rtx))
            attributes.append(.rtpMap(RTPMap(payloadType: rtx, encoding: "rtx", clockRateHz: 90000)))
            attributes.append(.formatParameters(FormatParameters(payloadType: rtx, value: "apt=\(plan.payloadType)")))
        }
        if let publication = section.publication { attributes += encodings(publication) }
        if let subscription = section.subscription { attributes += sources(subscription, section.codecs) }
        return MediaDescription(kind: section.kind, formats: formats, attributes: attributes)
    }

    /// Everything is bundled, so all sections say the same.
    private func transport(_ state: NegotiatedState, isOffer: Bool) -> [Attribute] {
        var attributes: [Attribute] = [
            .iceUfrag(state.local.ufrag.description), .icePwd(state.local.pwd), .fingerprint(fingerprint),
            .setup(isOffer ? .actpass : state.remote?.role == .client ? .active : .passive),
        ]
        attributes += hostCandidates
        return attributes
    }

    /// All our candidates: there will be no others.
    var hostCandidates: [Attribute] {
        candidates.map { candidate in
            .candidate(
                Candidate(
                    foundation: candidate.foundation,
                    priority: candidate.priority,
                    address: candidate.address.ip.description,
                    port: candidate.address.port,
                    kind: .host
                )
            )
        } + [.endOfCandidates]
    }

    private func codec(_ plan: CodecPlan) -> [Attribute] {
        let kind = plan.codec.kind
        var attributes: [Attribute] = [
            .rtpMap(
                RTPMap(
                    payloadType: plan.payloadType,
                    encoding: kind.name,
                    clockRateHz: kind.clockRateHz,
                    channels: kind.channels
                )
            )
        ]
        attributes += plan.feedback.map {
            .rtcpFeedback(RTCPFeedback(payloadType: plan.payloadType, value: $0.rawValue))
        }
        var parameters = plan.parameters
        if kind == .opus, let own = parameters, !own.contains("useinbandfec") {
            parameters = own + ";useinbandfec=1"
        }
        if let value = parameters ?? (kind == .opus ? plan.codec.defaultParameters : nil) {
            attributes.append(.formatParameters(FormatParameters(payloadType: plan.payloadType, value: value)))
        }
        return attributes
    }

    private func encodings(_ publication: PublicationPlan) -> [Attribute] {
        guard !publication.encodings.isEmpty else { return [] }
        var attributes: [Attribute] = publication.restrictions.map {
            .rid(RIDDescription(rid: $0.rid, direction: .recv, restrictions: $0.restrictions))
        }
        attributes.append(
            .simulcast(Simulcast(receive: publication.encodings.map { [Simulcast.Encoding(rid: $0.rid)] }))
        )
        return attributes
    }

    private func sources(_ subscription: Subscription, _ codecs: [CodecPlan]) -> [Attribute] {
        var ssrcs = [subscription.ssrc]
        if let rtx = subscription.rtxSSRC, codecs.contains(where: { $0.rtxPayloadType != nil }) { ssrcs.append(rtx) }
        var attributes: [Attribute] = []
        if ssrcs.count == 2 { attributes.append(.ssrcGroup(SSRCGroup(semantics: "FID", ssrcs: ssrcs))) }
        for ssrc in ssrcs {
            attributes.append(.ssrc(SSRCAttribute(ssrc: ssrc, name: "cname", value: subscription.cname)))
            attributes.append(
                .ssrc(
                    SSRCAttribute(ssrc: ssrc, name: "msid", value: "\(subscription.streamID) \(subscription.trackID)")
                )
            )
        }
        return attributes
    }
}
