import RTP
import Wire

/// Somebody in a room: what belongs to the connection as a whole.
struct Participant: ~Copyable {
    /// An SSRC that packets came from and that belongs to no media section we know.
    struct UnknownStream: Sendable, BitwiseCopyable {
        var ssrc: UInt32 = 0
        var packetCount: UInt32 = 0
        var lastPacketAt = MonotonicTime.zero
    }

    /// What the participant's clock showed, to be answered in the next report (RFC 3611 section 4.5).
    struct ReferenceTime: Sendable, BitwiseCopyable {
        var receiver: SSRC
        var middle: UInt32
        var receivedAt: MonotonicTime
    }

    let id: UInt64
    let room: Int
    var options: ParticipantOptions
    /// DTLS is through: packets can be sent.
    var isReady = false
    /// Who we are in RTCP towards this participant where no stream of ours is meant.
    let controlSSRC: SSRC
    let canonicalName: [UInt8]

    /// Streams that come from the participant.
    var incoming = SSRCTable()
    /// Streams that go to the participant.
    var outgoing = SSRCTable()
    /// Indices in the router.
    var publications: [Int] = []
    var subscriptions: [Int] = []
    /// Streams that have ended and whose end has to be said.
    var goodbyes: [SSRC] = []
    var extensionKinds = HeaderExtensionKinds()
    private(set) var unknownStreams = InlineArray<8, UnknownStream>(repeating: UnknownStream())

    var feedback = TransportFeedbackRecorder()
    /// The number of the next packet to the participant, over all its streams.
    private var transportSequenceNumber: UInt16 = 1
    var roundTripTime = Limits.initialRoundTripTime
    var referenceTime: ReferenceTime?
    /// What the participant says it can get, from REMB.
    var receiveBitsPerSecond: UInt64?
    var estimate = ReceiveEstimate()

    /// When the participant is looked after next, as the deadline queue knows it.
    var scheduledAt = MonotonicTime.distantFuture
    var nextReport: MonotonicTime
    var nextEncodingCheck: MonotonicTime

    init(
        id: UInt64,
        room: Int,
        options: ParticipantOptions,
        controlSSRC: SSRC,
        canonicalName: [UInt8],
        at now: MonotonicTime
    ) {
        self.id = id
        self.room = room
        self.options = options
        self.controlSSRC = controlSSRC
        self.canonicalName = canonicalName
        // The first report soon after the start: synchronisation waits for it.
        nextReport = now + Limits.reportInterval / 4
        nextEncodingCheck = now + Limits.encodingCheckInterval
        estimate.bitsPerSecond = min(ReceiveEstimate.initialBitsPerSecond, options.maximumReceiveBitsPerSecond)
    }

    mutating func takeTransportSequenceNumber() -> UInt16 {
        defer { transportSequenceNumber &+= 1 }
        return transportSequenceNumber
    }

    /// Counts a packet of an SSRC that nobody knows. The one that was silent for longest makes room.
    ///
    /// - Returns: True the first time.
    mutating func countUnknown(_ ssrc: SSRC, at now: MonotonicTime) -> Bool {
        var place = 0
        for index in 0..<Limits.unknownStreamCount {
            if unknownStreams[index].packetCount > 0, unknownStreams[index].ssrc == ssrc.rawValue {
                unknownStreams[index].packetCount &+= 1
                unknownStreams[index].lastPacketAt = now
                return false
            }
            if unknownStreams[index].lastPacketAt < unknownStreams[place].lastPacketAt { place = index }
        }
        unknownStreams[place] = UnknownStream(ssrc: ssrc.rawValue, packetCount: 1, lastPacketAt: now)
        return true
    }

    mutating func forgetUnknown(_ ssrc: SSRC) {
        for index in 0..<Limits.unknownStreamCount where unknownStreams[index].ssrc == ssrc.rawValue {
            unknownStreams[index] = UnknownStream()
        }
    }

    mutating func measured(_ roundTrip: TimeInterval) {
        // Smoothed as TCP does (RFC 6298 section 2).
        roundTripTime = TimeInterval(nanoseconds: (roundTripTime.nanoseconds * 7 + roundTrip.nanoseconds) / 8)
    }
}

/// What REMB tells a publisher: up while little is lost, down when much is, never above the limit of the room.
struct ReceiveEstimate: Sendable, BitwiseCopyable {
    /// Enough for a good picture at once; the rest comes with 8 % a second.
    static let initialBitsPerSecond: UInt64 = 2_000_000
    private static let minimumBitsPerSecond: UInt64 = 100_000

    var bitsPerSecond = initialBitsPerSecond

    /// - Parameter fractionLost: In 1/256, the worst of the participant's streams.
    mutating func update(fractionLost: UInt8, maximum: UInt64) {
        if fractionLost < 5 {
            bitsPerSecond += bitsPerSecond / 12
        } else if fractionLost > 25 {
            bitsPerSecond -= bitsPerSecond * UInt64(fractionLost) / 512
        }
        bitsPerSecond = min(max(bitsPerSecond, Self.minimumBitsPerSecond), maximum)
    }
}
