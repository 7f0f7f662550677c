import RTP
import Wire

/// When the packets of a participant arrived, by their transport-wide numbers, for feedback to its bandwidth estimation.
///
/// Feedback goes on where the last one ended. A packet that comes after it was reported missing makes the next feedback start
/// there again.
struct TransportFeedbackRecorder: Sendable {
    private struct Slot: Sendable, BitwiseCopyable {
        var number: Int64 = -1
        var time = MonotonicTime.zero
    }

    private var slots: [Slot] = []
    private var highest: Int64 = -1
    /// The first packet of the next feedback.
    private var base: Int64 = -1
    private(set) var pendingCount = 0
    private var lastFeedback = MonotonicTime.zero
    /// When feedback is due, if there is something to say.
    private(set) var nextDeadline = MonotonicTime.distantFuture
    private var feedbackCount: UInt8 = 0

    /// Takes the memory: before the first packet.
    mutating func activate() {
        if slots.isEmpty { slots = Array(repeating: Slot(), count: Limits.feedbackWindow) }
    }

    mutating func receive(_ number: UInt16, at now: MonotonicTime) {
        guard !slots.isEmpty else { return }
        let mask = Int64(Limits.feedbackWindow - 1)
        guard highest >= 0 else {
            highest = 0x1_0000 + Int64(number)
            base = highest
            insert(highest, at: now)
            return
        }
        let last = SequenceNumber(UInt16(truncatingIfNeeded: highest))
        let extended = highest + Int64(last.distance(to: SequenceNumber(number)))
        // Out of the window is out of the feedback.
        guard extended > highest - mask else { return }
        let slot = Int(extended & mask)
        // A duplicate: its first arrival counts.
        guard slots[slot].number != extended else { return }
        highest = max(highest, extended)
        base = max(min(base, extended), highest - mask)
        insert(extended, at: now)
    }

    private mutating func insert(_ number: Int64, at now: MonotonicTime) {
        slots[Int(number & Int64(Limits.feedbackWindow - 1))] = Slot(number: number, time: now)
        pendingCount += 1
        if nextDeadline == .distantFuture { nextDeadline = max(now, lastFeedback + Limits.feedbackInterval) }
        if pendingCount >= Limits.feedbackPacketCount {
            nextDeadline = min(nextDeadline, max(now, lastFeedback + Limits.feedbackInterval / 2))
        }
    }

    /// Writes feedback about what has come since the last one, or as much of it as fits.
    ///
    /// - Parameter scratch: Space for ``Limits/feedbackWindow`` arrivals, reserved.
    /// - Returns: The length, 0 if there is nothing to say.
    mutating func write(
        sender: SSRC,
        media: SSRC,
        at now: MonotonicTime,
        scratch: inout [PacketArrival],
        to bytes: inout MutableRawSpan,
        offset: Int,
        limit: Int
    ) -> Int {
        nextDeadline = .distantFuture
        guard pendingCount > 0, base <= highest else { return 0 }
        scratch.removeAll(keepingCapacity: true)
        for number in base...highest {
            let slot = slots[Int(number & Int64(Limits.feedbackWindow - 1))]
            guard slot.number == number else { continue }
            scratch.append(PacketArrival(sequenceNumber: ExtendedSequenceNumber(number), time: slot.time))
        }
        pendingCount = 0
        guard
            let last = scratch.last,
            let (length, count) = try? TransportFeedback.write(
                scratch.span,
                base: ExtendedSequenceNumber(base),
                sender: sender,
                media: media,
                feedbackCount: feedbackCount,
                limit: limit,
                to: &bytes,
                at: offset
            )
        else { return 0 }
        feedbackCount &+= 1
        lastFeedback = now
        if count < scratch.count {
            base = scratch[count].sequenceNumber.rawValue
            pendingCount = scratch.count - count
            nextDeadline = now
        } else {
            base = last.sequenceNumber.rawValue + 1
        }
        return length
    }
}
