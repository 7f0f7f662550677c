public import RTP

/// Which payload type a subscriber knows for one of the publisher.
public struct PayloadTypeMapping: Sendable, Hashable {
    /// On the publisher's connection.
    public var from: PayloadType
    /// On the subscriber's connection.
    public var to: PayloadType
    /// Of retransmissions on the subscriber's connection, if they were agreed on.
    public var retransmission: PayloadType?

    public init(from: PayloadType, to: PayloadType, retransmission: PayloadType? = nil) {
        self.from = from
        self.to = to
        self.retransmission = retransmission
    }
}

/// A track that a participant is about to get, as negotiated.
public struct SubscriptionDescription: Sendable, Hashable {
    /// See ``Router/makeSSRC(for:using:)``.
    public var ssrc: SSRC
    /// Nil when there are no retransmissions: then NACKs stay without an answer, since sending a packet again under its own
    /// number with other header extensions would encrypt two texts with one nonce.
    public var retransmissionSSRC: SSRC?
    /// The media section on the subscriber's connection.
    public var mid: MID?
    /// Payload types that are not here are not forwarded.
    public var payloadTypes: [PayloadTypeMapping]
    /// The ids on the subscriber's connection.
    public var extensions: [HeaderExtensionMapping]
    /// True if elements of the two-byte form may be sent (`a=extmap-allow-mixed`).
    public var allowsTwoByteExtensions: Bool
    /// True when the media section gets other tracks without negotiation: then every packet carries the MID.
    public var alwaysSendsMID: Bool
    /// The best encoding to forward, an index into ``PublicationDescription/encodings``; nil for the best there is.
    public var maximumEncoding: Int?

    public init(
        ssrc: SSRC,
        retransmissionSSRC: SSRC? = nil,
        mid: MID? = nil,
        payloadTypes: [PayloadTypeMapping],
        extensions: [HeaderExtensionMapping] = [],
        allowsTwoByteExtensions: Bool = false,
        alwaysSendsMID: Bool = false,
        maximumEncoding: Int? = nil
    ) {
        self.ssrc = ssrc
        self.retransmissionSSRC = retransmissionSSRC
        self.mid = mid
        self.payloadTypes = payloadTypes
        self.extensions = extensions
        self.allowsTwoByteExtensions = allowsTwoByteExtensions
        self.alwaysSendsMID = alwaysSendsMID
        self.maximumEncoding = maximumEncoding
    }
}
