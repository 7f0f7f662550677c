import RTP
import Wire

/// A stream that comes from a publisher: the only one of a track, or one of its simulcast.
struct ReceiveStream: ~Copyable {
    /// A moment on the clock of the stream and on that of the publisher.
    struct ClockReference: Sendable, BitwiseCopyable {
        var ntp: UInt64
        var timestamp: UInt32
        var receivedAt: MonotonicTime
    }

    /// Indices in the router.
    let publication: Int
    /// 0 is the one with the lowest quality.
    let encoding: Int
    let rid: StreamIdentifier?
    var ssrc: SSRC?
    var retransmissionSSRC: SSRC?

    var window = ArrivalWindow()
    var statistics = ReceptionStatistics()
    var missing = NACKGenerator()
    var keyFrames = KeyFrameRequester()
    var rate = RateMeter()
    var clock: ClockReference?
    var lastPacketAt: MonotonicTime?
    /// Packets came lately.
    var isAlive = false
    /// Counts the times that the stream started again: numbers and timestamps of another epoch have nothing in common.
    private(set) var epoch: UInt32 = 0

    /// Where the packets lie in the ring, by number.
    private var recent: [UInt64]
    /// The last picture id, in 15 bits.
    private var pictureID: UInt16?
    private var newestTimestamp: UInt32 = 0
    private var newestTimestampAt = MonotonicTime.zero
    private var hasTimestamp = false
    private var hasParameterSets = false
    private var parameterSetTimestamp: UInt32?
    private var keyFrameTimestamp: UInt32?
    private var keyFrameByteCount: Int64 = 0

    init(publication: Int, encoding: Int, description: EncodingDescription) {
        self.publication = publication
        self.encoding = encoding
        rid = description.rid?.identifier
        ssrc = description.ssrc
        retransmissionSSRC = description.retransmissionSSRC
        recent = Array(repeating: 0, count: Limits.recentPacketCount)
    }

    /// The stream has another SSRC or starts again under the old one: nothing known about it holds.
    mutating func restart() {
        epoch &+= 1
        statistics.restart()
        missing.removeAll()
        clock = nil
        hasTimestamp = false
        hasParameterSets = false
        parameterSetTimestamp = nil
        keyFrameTimestamp = nil
    }

    /// The stream got another SSRC, so its numbers start anew, too.
    mutating func bind(_ ssrc: SSRC) {
        self.ssrc = ssrc
        window = ArrivalWindow()
        for index in recent.indices { recent[index] = 0 }
        restart()
    }

    /// - Returns: False when the timestamp jumped as no clock does, so that the stream counts as started again.
    mutating func checkTimestamp(_ timestamp: UInt32, clockRate: UInt32, at now: MonotonicTime) -> Bool {
        defer {
            newestTimestamp = timestamp
            newestTimestampAt = now
            hasTimestamp = true
        }
        guard hasTimestamp else { return true }
        let progress = Int64(Int32(bitPattern: timestamp &- newestTimestamp))
        let elapsed = TimestampRewriter.ticks(now - newestTimestampAt, clockRate: clockRate)
        let second = Int64(clockRate)
        // Back by more than frames are reordered, or ahead by more than time passed and any buffer holds.
        return progress > -second && progress < elapsed + 10 * second
    }

    /// Puts the picture id of a packet into 15 bits where it has 7, and finds where key frames start.
    mutating func complete(_ packet: inout IncomingPacket) {
        if packet.summary.picture.hasPictureID {
            let read = packet.summary.picture.pictureID
            if !packet.summary.isPictureIDWide, let pictureID {
                let step = Int8(truncatingIfNeeded: (read &- pictureID) << 1) >> 1
                packet.summary.picture.pictureID = (pictureID &+ UInt16(bitPattern: Int16(step))) & 0x7FFF
            }
            pictureID = packet.summary.picture.pictureID
        }
        guard packet.summary.startsKeyFrame, packet.codec == .h264 || packet.codec == .h265 else { return }
        if packet.summary.hasParameterSets {
            // Of one frame, the first packet with parameter sets is its start.
            hasParameterSets = true
            parameterSetTimestamp = packet.timestamp
        } else if hasParameterSets {
            // A stream that sends parameter sets sends them before each key frame. They were here, or are still to come.
            packet.summary.startsKeyFrame = false
        }
    }

    /// Notes where key frames start and counts their bytes, which say how often they may be asked for.
    ///
    /// - Returns: True if a key frame starts with the packet.
    mutating func measure(_ packet: IncomingPacket, byteCount: Int, at now: MonotonicTime) -> Bool {
        rate.add(byteCount, at: now)
        var starts = false
        // Where every packet may be a start, there is nothing to wait for.
        if packet.codec == .otherVideo { keyFrames.cancel() }
        if packet.summary.startsKeyFrame, packet.codec != .otherVideo, keyFrameTimestamp != packet.timestamp {
            keyFrameTimestamp = packet.timestamp
            keyFrameByteCount = 0
            keyFrames.keyFrameStarted(at: now)
            starts = true
        }
        guard let keyFrameTimestamp else { return false }
        if packet.timestamp == keyFrameTimestamp {
            keyFrameByteCount += Int64(byteCount)
        } else {
            keyFrames.keyFrameEnded(byteCount: keyFrameByteCount, bytesPerSecond: rate.bytesPerSecond(at: now))
            self.keyFrameTimestamp = nil
        }
        return starts
    }

    mutating func remember(_ number: Int64, at position: UInt64) {
        recent[Int(number & Int64(Limits.recentPacketCount - 1))] = position
    }

    /// Where the packet with this number may lie in the ring; the ring knows whether it does.
    func position(of number: Int64) -> UInt64 {
        recent[Int(number & Int64(Limits.recentPacketCount - 1))]
    }
}

extension ReceiveStream.ClockReference {
    /// `timestamp` of the stream with this reference on the clock of another stream of the same publisher, or nil when the
    /// references are too far apart to be true.
    func map(_ timestamp: UInt32, to other: Self, clockRate: UInt32) -> UInt32? {
        guard clockRate > 0 else { return nil }
        let ticks = Int64(Int32(bitPattern: timestamp &- self.timestamp))
        // Both in units of 2^-32 s. The product fits: 32 bits of ticks above 32 bits.
        let moment = ntp &+ UInt64(bitPattern: (ticks << 32) / Int64(clockRate))
        let difference = Int64(bitPattern: moment &- other.ntp)
        // An hour; it also keeps the product below 64 bits.
        guard difference.magnitude < 3600 << 32 else { return nil }
        let seconds = difference >> 32
        let fraction = difference & 0xFFFF_FFFF
        let distance = seconds * Int64(clockRate) + (fraction * Int64(clockRate)) >> 32
        return other.timestamp &+ UInt32(truncatingIfNeeded: distance)
    }
}
