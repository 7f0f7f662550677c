import RTP

/// A track that a participant sends, with those who get it.
struct Publication: ~Copyable {
    let owner: Int
    let kind: MediaKind
    let mid: StreamIdentifier
    let codecs: [PublicationCodec]
    let acceptsKeyFrameRequests: Bool
    /// By payload type: 0 unknown, otherwise twice the index of the codec plus two, plus one for its retransmissions.
    private let codecIndices: [UInt8]
    /// Indices of the encodings' streams, the lowest quality first.
    var streams: [Int]
    /// Indices of subscriptions.
    var subscriptions: [Int] = []
    var ring: PacketRing
    /// A bit for each encoding that has packets.
    var alive: UInt32 = 0
    /// The codec that came last.
    var currentCodec: Int?

    init(owner: Int, description: PublicationDescription, streams: [Int]) {
        self.owner = owner
        kind = description.kind
        mid = description.mid.identifier
        codecs = description.codecs
        acceptsKeyFrameRequests = description.acceptsKeyFrameRequests && description.kind == .video
        var indices = [UInt8](repeating: 0, count: 128)
        for (index, codec) in description.codecs.enumerated().prefix(64) {
            indices[Int(codec.payloadType.rawValue)] = UInt8(2 * index + 2)
            if let payloadType = codec.retransmissionPayloadType {
                indices[Int(payloadType.rawValue)] = UInt8(2 * index + 3)
            }
        }
        codecIndices = indices
        self.streams = streams
        switch description.kind {
        case .video:
            ring = PacketRing(slotCount: Limits.videoRingCount, slotByteCount: Limits.videoSlotByteCount)
        case .audio:
            ring = PacketRing(slotCount: Limits.audioRingCount, slotByteCount: Limits.audioSlotByteCount)
        }
    }

    /// The codec of a payload type, and whether the type is that of its retransmissions.
    func codec(of payloadType: PayloadType) -> (index: Int, isRetransmission: Bool)? {
        let value = Int(codecIndices[Int(payloadType.rawValue & 0x7F)])
        guard value >= 2 else { return nil }
        return (value / 2 - 1, value & 1 == 1)
    }

    /// The clock rate of the track, by the codec in use.
    var clockRate: UInt32 {
        guard let currentCodec else { return codecs.first?.clockRate ?? 90_000 }
        return codecs[currentCodec].clockRate
    }
}
