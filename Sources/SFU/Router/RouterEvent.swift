public import RTP

/// What happened in the media that signaling or metrics may care about.
public enum RouterEvent: Sendable, Hashable {
    /// The first packet of an encoding came, or its first with another SSRC.
    case encodingStarted(PublicationHandle, encoding: Int, ssrc: SSRC)
    /// The encoding has had no packets for a while, or its stream said goodbye.
    case encodingEnded(PublicationHandle, encoding: Int)
    /// The publication sends this codec now, an index into ``PublicationDescription/codecs``.
    case codecChanged(PublicationHandle, codec: Int)
    /// The publication is gone, and with it all its subscriptions.
    case publicationEnded(PublicationHandle)
    /// The subscription ended with its publication.
    case subscriptionEnded(SubscriptionHandle)
    /// The subscription gets this encoding now, nil for none.
    case layerChanged(SubscriptionHandle, encoding: Int?)
    /// Packets of an SSRC came that belongs to no media section.
    case unknownSSRC(ParticipantHandle, ssrc: SSRC, payloadType: PayloadType)
    /// The participant says it can get so many bits per second.
    case receiveEstimate(ParticipantHandle, bitsPerSecond: UInt64)
}
