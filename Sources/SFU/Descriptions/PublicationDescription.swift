public import RTP

/// A codec that a publisher may send, with its payload types.
public struct PublicationCodec: Sendable, Hashable {
    public var codec: Codec
    public var payloadType: PayloadType
    /// The payload type of retransmissions (`apt`), if they were agreed on.
    public var retransmissionPayloadType: PayloadType?
    public var clockRate: UInt32
    /// True if lost packets may be asked for (`a=rtcp-fb:... nack`).
    public var acceptsNACK: Bool

    public init(
        codec: Codec,
        payloadType: PayloadType,
        retransmissionPayloadType: PayloadType? = nil,
        clockRate: UInt32,
        acceptsNACK: Bool
    ) {
        self.codec = codec
        self.payloadType = payloadType
        self.retransmissionPayloadType = retransmissionPayloadType
        self.clockRate = clockRate
        self.acceptsNACK = acceptsNACK
    }
}

/// One of the streams of a track: the only one, or one of its simulcast.
public struct EncodingDescription: Sendable, Hashable {
    public var rid: RID?
    /// Nil when the session description does not say: the first packet with MID and RID tells.
    public var ssrc: SSRC?
    public var retransmissionSSRC: SSRC?

    public init(rid: RID? = nil, ssrc: SSRC? = nil, retransmissionSSRC: SSRC? = nil) {
        self.rid = rid
        self.ssrc = ssrc
        self.retransmissionSSRC = retransmissionSSRC
    }
}

/// A track that a participant is about to send, as negotiated.
public struct PublicationDescription: Sendable, Hashable {
    public var kind: MediaKind
    /// The media section on the publisher's connection.
    public var mid: MID
    /// 1 ... ``Limits/encodingCount``, the one with the lowest quality first.
    public var encodings: [EncodingDescription]
    public var codecs: [PublicationCodec]
    /// The ids on the publisher's connection. Media sections of one connection agree about them (RFC 9143 section 7.1.4).
    public var extensions: [HeaderExtensionMapping]
    /// The publisher understands FIR and PLI, which is what video codecs have.
    public var acceptsKeyFrameRequests: Bool

    public init(
        kind: MediaKind,
        mid: MID,
        encodings: [EncodingDescription] = [EncodingDescription()],
        codecs: [PublicationCodec],
        extensions: [HeaderExtensionMapping] = [],
        acceptsKeyFrameRequests: Bool = true
    ) {
        self.kind = kind
        self.mid = mid
        self.encodings = encodings
        self.codecs = codecs
        self.extensions = extensions
        self.acceptsKeyFrameRequests = acceptsKeyFrameRequests
    }
}
