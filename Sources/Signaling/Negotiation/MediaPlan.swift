public import ICE
public import SDP

/// What was agreed on with one participant: all that the transport and the SFU have to know.
public struct MediaPlan: Equatable, Sendable {
    public var transport: TransportPlan
    /// All sections that carry media or may do so, in the order of the descriptions.
    public var sections: [SectionPlan]

    public var publications: [PublicationPlan] { sections.compactMap(\.publication) }
    public var subscriptions: [Subscription] { sections.compactMap(\.subscription) }
}

/// The one transport of a participant: everything is bundled.
public struct TransportPlan: Equatable, Sendable {
    public enum DTLSRole: Sendable {
        case client
        case server
    }

    /// Other ones than before are an ICE restart: see ``ICE/Agent/restart(with:)``.
    public var localCredentials: Credentials
    /// A lite agent sends no checks and needs no password of the peer.
    public var remoteUfrag: String
    /// The peer's certificate must match one of those whose hash we can compute (RFC 8122 section 6.2).
    public var remoteFingerprints: [Fingerprint]
    public var role: DTLSRole
    /// Header extensions of both forms may be mixed (RFC 8285 section 6).
    public var allowsMixedExtensions: Bool
    /// The port of SCTP on both sides, and the largest message the peer takes; nil without data channels.
    public var dataChannels: ServerCapabilities.DataChannels?
}

public struct SectionPlan: Equatable, Sendable {
    public var mid: MID
    public var index: Int
    public var kind: MediaKind
    /// As the server sees it: it receives publications and sends subscriptions.
    public var direction: Direction
    /// In the peer's order of preference.
    public var codecs: [CodecPlan]
    public var extensions: [ExtensionPlan]
    /// RFC 5506.
    public var hasReducedSizeRTCP: Bool
    public var publication: PublicationPlan?
    public var subscription: Subscription?
}

public struct CodecPlan: Equatable, Sendable {
    public var codec: Codec
    public var payloadType: UInt8
    /// RFC 4588.
    public var rtxPayloadType: UInt8?
    /// The peer's format parameters.
    public var parameters: String?
    public var feedback: [Feedback]
}

public struct ExtensionPlan: Equatable, Sendable {
    /// 1 to 255.
    public var id: UInt8
    public var kind: HeaderExtension
}

/// A track that the participant sends to us.
public struct PublicationPlan: Equatable, Sendable {
    /// The names under which others know it.
    public var trackID: String
    public var streamID: String
    /// The names that the publisher gave it.
    public var source: MediaStreamID?
    /// Encodings that are told apart by RID, in order of preference; empty without simulcast.
    public var encodings: [Simulcast.Encoding]
    /// SSRCs that the publisher announced, with groups; browsers announce none with RIDs.
    public var ssrcs: [UInt32]
    public var ssrcGroups: [SSRCGroup]
    /// What the publisher's restrictions on its encodings were.
    public var restrictions: [RIDDescription]
}

/// A track that we send to the participant.
public struct Subscription: Equatable, Sendable {
    public var publisherPeerID: String
    public var trackID: String
    public var streamID: String
    public var kind: MediaKind
    /// What the publisher may send; the participant needs one of them.
    public var codecs: [SubscriptionCodec]
    /// Chosen by the SFU, different for each subscription.
    public var ssrc: UInt32
    public var rtxSSRC: UInt32?
    public var cname: String

    public init(
        publisherPeerID: String,
        trackID: String,
        streamID: String,
        kind: MediaKind,
        codecs: [SubscriptionCodec],
        ssrc: UInt32,
        rtxSSRC: UInt32?,
        cname: String
    ) {
        self.publisherPeerID = publisherPeerID
        self.trackID = trackID
        self.streamID = streamID
        self.kind = kind
        self.codecs = codecs
        self.ssrc = ssrc
        self.rtxSSRC = rtxSSRC
        self.cname = cname
    }
}

/// A codec of a publication with the parameters that its publisher gave.
public struct SubscriptionCodec: Equatable, Sendable {
    public var codec: Codec
    public var parameters: String?

    public init(_ codec: Codec, parameters: String? = nil) {
        self.codec = codec
        self.parameters = parameters
    }

    public init(_ plan: CodecPlan) {
        self.init(plan.codec, parameters: plan.parameters)
    }
}
