import RTP
import Wire

/// A track that a participant gets: one outgoing stream made of the publication's streams.
struct Subscription: ~Copyable {
    /// Indices in the router.
    let owner: Int
    let publication: Int
    let kind: MediaKind
    let ssrc: SSRC
    let retransmissionSSRC: SSRC?
    let alwaysSendsMID: Bool
    let format: OutgoingFormat
    /// By the publisher's payload type; 0xFF where there is none.
    private let payloadTypes: [UInt8]
    private let retransmissionPayloadTypes: [UInt8]

    var isPaused = false
    var selector: LayerSelector
    /// The encoding that the selector wants.
    var target: Int?
    /// The index of the stream that is forwarded, and its epoch; nil before the first packet and after a pause.
    var source: Int?
    /// The stream that was forwarded last, also after a pause.
    var lastSource: Int?
    var sourceEpoch: UInt32 = 0
    /// Sender reports from before this belong to another time.
    var clockValidFrom = MonotonicTime.zero

    /// Frames of silence that are still to be sent, and when the next one is due.
    var silenceFrames = 0
    var nextSilence = MonotonicTime.distantFuture

    var sequence: SequenceRewriter
    var timestamps: TimestampRewriter
    var pictures = PictureRewriter()
    var sent: SentPacketRing
    /// The last packet ended its picture.
    var endedPicture = true

    var packetCount: UInt32 = 0
    var octetCount: UInt32 = 0
    var clock = SenderClock()
    /// Reports named the stream, so the subscriber knows what it is.
    var isAcknowledged = false
    var isRetransmissionAcknowledged = false
    var retransmissionSequenceNumber: UInt16
    var hasRetransmitted = false
    var budget = RetransmissionBudget()
    /// The subscriber has given up and waits for a key frame: retransmissions do not help before that, or before this, since
    /// the key frame may take long.
    var retransmissionsResume = MonotonicTime.zero
    /// When the last key frame was sent.
    private(set) var lastKeyFrame: MonotonicTime?
    /// The number of the last FIR by its sender.
    var lastFullIntraRequest: FullIntraRequest.Entry?

    init(
        owner: Int,
        publication: Int,
        kind: MediaKind,
        description: SubscriptionDescription,
        using generator: inout some RandomNumberGenerator
    ) {
        self.owner = owner
        self.publication = publication
        self.kind = kind
        ssrc = description.ssrc
        retransmissionSSRC = description.retransmissionSSRC
        alwaysSendsMID = description.alwaysSendsMID
        format = OutgoingFormat(
            description.extensions,
            mid: description.mid,
            allowsTwoByteExtensions: description.allowsTwoByteExtensions
        )
        var types = [UInt8](repeating: 0xFF, count: 128)
        var retransmissionTypes = types
        for mapping in description.payloadTypes {
            types[Int(mapping.from.rawValue)] = mapping.to.rawValue
            if let retransmission = mapping.retransmission {
                retransmissionTypes[Int(mapping.from.rawValue)] = retransmission.rawValue
            }
        }
        payloadTypes = types
        retransmissionPayloadTypes = retransmissionTypes
        selector = LayerSelector(maximumEncoding: description.maximumEncoding ?? Limits.encodingCount - 1)
        // The first numbers are below 2^15, so that a first packet that is lost does not make receivers guess a wrong
        // roll-over counter (RFC 3711 section 3.3.1), and not 0 or 1, which some take for a start over.
        sequence = SequenceRewriter(firstOutput: Int64.random(in: 2..<0x8000, using: &generator))
        retransmissionSequenceNumber = UInt16.random(in: 2..<0x8000, using: &generator)
        timestamps = TimestampRewriter(firstOutput: UInt32.random(in: 0 ... .max, using: &generator))
        sent = SentPacketRing(capacity: kind == .video ? Limits.sentVideoCount : Limits.sentAudioCount)
    }

    func payloadType(for payloadType: UInt8) -> UInt8? {
        let value = payloadTypes[Int(payloadType & 0x7F)]
        return value == 0xFF ? nil : value
    }

    func retransmissionPayloadType(for payloadType: UInt8) -> UInt8? {
        let value = retransmissionPayloadTypes[Int(payloadType & 0x7F)]
        return value == 0xFF ? nil : value
    }

    /// True if the stream that was forwarded last has not started again since, so that the offset of timestamps holds for it.
    func hasValidSource(_ epoch: UInt32) -> Bool { sourceEpoch == epoch }

    /// Stops forwarding until the next start, which goes on with the numbers.
    mutating func stop() {
        source = nil
        retransmissionsResume = .zero
    }

    mutating func keyFrameStarted(at now: MonotonicTime) {
        lastKeyFrame = now
        retransmissionsResume = .zero
    }
}
