internal import ICE
internal import SDP

/// All that offers and answers have settled so far. A value: an offer that is withdrawn leaves no trace.
struct NegotiatedState: Equatable, Sendable {
    /// One `m=` section; its index never changes (RFC 8829 section 5.2.2).
    struct Section: Equatable, Sendable {
        var mid: MID
        var kind: MediaKind
        var transport: String
        /// As the last description of the client lists them: for sections that are stopped.
        var formats: [String]
        var isStopped = false
        /// A place for subscriptions: we made it, or the client offered to receive only.
        var isSlot = false
        /// The client is willing to receive on it.
        var clientReceives = false
        var isData = false
        var codecs: [CodecPlan] = []
        var extensions: [ExtensionPlan] = []
        var hasReducedSizeRTCP = false
        var publication: PublicationPlan?
        var subscription: Subscription?

        var direction: Direction { Direction(sends: subscription != nil, receives: publication != nil) }
    }

    struct Remote: Equatable, Sendable {
        var ufrag: String
        var pwd: String
        var fingerprints: [Fingerprint]
        var role: TransportPlan.DTLSRole
    }

    var local: Credentials
    /// nil before the first description of the client.
    var remote: Remote?
    var allowsMixedExtensions = false
    var remoteMaximumMessageSize: UInt64?
    var sections: [Section] = []
    var tables = NumberTables()

    init(local: Credentials) {
        self.local = local
    }

    var tracks: [ServerMessage.MappedTrack] {
        sections.compactMap { section in
            section.subscription.map {
                ServerMessage.MappedTrack(
                    mid: section.mid,
                    peerID: $0.publisherPeerID,
                    trackID: $0.trackID,
                    streamID: $0.streamID,
                    kind: $0.kind
                )
            }
        }
    }

    /// nil until the client has described itself.
    func plan(_ capabilities: ServerCapabilities) -> MediaPlan? {
        guard let remote else { return nil }
        var data: ServerCapabilities.DataChannels?
        if sections.contains(where: { $0.isData && !$0.isStopped }), let own = capabilities.dataChannels {
            // RFC 8841 section 6.1: 64 kB when nothing is said, 0 is no limit.
            let size = remoteMaximumMessageSize ?? 65536
            data = .init(port: own.port, maximumMessageSize: size == 0 ? own.maximumMessageSize : size)
        }
        return MediaPlan(
            transport: TransportPlan(
                localCredentials: local,
                remoteUfrag: remote.ufrag,
                remoteFingerprints: remote.fingerprints,
                role: remote.role,
                allowsMixedExtensions: allowsMixedExtensions,
                dataChannels: data
            ),
            sections: sections.enumerated().compactMap { index, section in
                section.isStopped || section.isData
                    ? nil
                    : SectionPlan(
                        mid: section.mid,
                        index: index,
                        kind: section.kind,
                        direction: section.direction,
                        codecs: section.codecs,
                        extensions: section.extensions,
                        hasReducedSizeRTCP: section.hasReducedSizeRTCP,
                        publication: section.publication,
                        subscription: section.subscription
                    )
            }
        )
    }
}
