import Wire

/// Sizes and intervals, each with the reason for it.
public enum Limits {
    /// Browsers send three simulcast encodings; one more is for those that send a thumbnail.
    public static let encodingCount = 4
    /// Media sections that one participant publishes: camera, microphone, screen and more; a bound for the tables that
    /// every one of its packets may be looked up in.
    public static let publicationCount = 16
    /// The highest rate in use is 192 kHz. Session descriptions come from peers, and arithmetic on clocks relies on a bound.
    public static let maximumClockRate: UInt32 = 1_000_000
    /// SSRCs without a known media section that are remembered per participant: an encoder that starts has a few of them
    /// in flight, a peer that invents them gets no more memory.
    static let unknownStreamCount = 8

    /// Slots of a video publication: 3 s at 300 packets a second, which covers the round trips in which a NACK makes sense.
    static let videoRingCount = 1024
    /// An Ethernet frame: what the path carries without fragments.
    static let videoSlotByteCount = 1500
    /// 5 s of audio in packets of 20 ms.
    static let audioRingCount = 256
    /// Opus at 128 kbit/s takes 320 bytes per packet, with redundancy twice that.
    static let audioSlotByteCount = 768

    /// A subscriber remembers as much as the ring of its publication holds.
    static let sentVideoCount = 1024
    static let sentAudioCount = 256
    /// Times that one packet is sent again: after three losses the round trips are better spent on a key frame.
    static let retransmissionsPerPacket: UInt8 = 3
    /// The first packets of the same number within this time are taken for one request.
    static let minimumRetransmissionInterval = TimeInterval.milliseconds(20)
    /// After a request for a key frame nothing is sent again until the key frame, but for no longer than this: what it would
    /// have repaired may still be of use when the key frame is late.
    static let retransmissionPause = TimeInterval.milliseconds(300)
    /// What a round trip is taken for before one was measured.
    static let initialRoundTripTime = TimeInterval.milliseconds(100)
    /// Round trips that are measured beyond this are taken for an error of the peer.
    static let maximumRoundTripTime = TimeInterval.seconds(5)

    /// Reports: often enough for a measure of the round trip and for synchronisation soon after the start, and small against
    /// the media (RFC 3550 section 6.2 allows 5 %).
    static let reportInterval = TimeInterval.milliseconds(1000)
    /// Senders update their bandwidth estimate with each feedback; browsers send it every 50 to 100 ms.
    static let feedbackInterval = TimeInterval.milliseconds(50)
    /// So many packets make a feedback due earlier, but not closer together than half the interval.
    static let feedbackPacketCount = 20
    /// The window of packets that one feedback looks back over, a power of two: 50 ms at 10,000 packets a second.
    static let feedbackWindow = 512

    /// A missing packet is asked for after so long: reordering on one path is shorter.
    static let reorderTolerance = TimeInterval.milliseconds(15)
    /// Requests for one packet, after which it is given up.
    static let nacksPerPacket: UInt8 = 8
    /// A packet that is missing for longer is given up: what waits for it has asked for a key frame by then.
    static let nackLifetime = TimeInterval.milliseconds(1500)
    /// Missing packets that are remembered per stream. A gap beyond that is an outage, which a key frame ends.
    static let missingPacketCount = 256

    /// Key frames of one encoding are asked for at most so often.
    static let keyFrameInterval = TimeInterval.milliseconds(500)
    /// A request that was not answered is repeated after this at least, and after twice the round trip.
    static let keyFrameRetryInterval = TimeInterval.milliseconds(500)
    /// The part of a stream's bytes that key frames on request may have, as a divisor: a quarter.
    static let keyFrameShare: Int64 = 4
    /// However large key frames are, so often they can be had.
    static let maximumKeyFrameInterval = TimeInterval.seconds(4)

    /// Frames of silence behind audio that is paused: they end what the decoder would otherwise go on guessing.
    static let silenceFrameCount = 5
    /// How long an Opus frame usually is.
    static let silenceFrameInterval = TimeInterval.milliseconds(20)

    /// An encoding without packets for so long does not count as alive while another has packets.
    static let encodingTimeout = TimeInterval.milliseconds(1000)
    /// How often encodings are looked after.
    static let encodingCheckInterval = TimeInterval.milliseconds(250)

    /// A jump of sequence numbers by more is a stream that started again, when the next packet confirms it (RFC 3550
    /// appendix A.1).
    static let maximumDropout: Int64 = 3000
    /// Late packets up to here are told from duplicates; a multiple of 64.
    static let duplicateWindow: Int64 = 1024
    /// Packets per stream whose place in the ring is known by their number: the parts of a key frame that came before its
    /// first packet are found there. A power of two.
    static let recentPacketCount = 512

    /// Events that nobody fetched; beyond that the oldest are dropped and counted.
    static let eventCount = 1024
}
