import RTP

/// Which packets of a stream have come: extends their numbers, finds duplicates and streams that started again.
struct ArrivalWindow: Sendable, BitwiseCopyable {
    enum Arrival: Equatable {
        /// The highest number so far, with `missing` numbers skipped before it.
        case newest(Int64, missing: Int64)
        /// A number from before the highest that had not come yet.
        case late(Int64)
        case duplicate
        /// Too far back to know whether it came before.
        case tooOld
        /// A large jump, which the next packet has to confirm (RFC 3550 appendix A.1).
        case suspicious
        /// The stream started again with this number, which is above all earlier ones.
        case restarted(Int64)
    }

    /// Bit n of word w is the packet 64 w + n, modulo the window.
    private var bits = InlineArray<16, UInt64>(repeating: 0)
    /// Above 2^16 from the start, so that late packets before the first one have numbers, too.
    private(set) var highest: Int64 = -1
    private var suspect: UInt16?

    /// - Parameter isRetransmission: A packet from the stream of retransmissions: when it is old, it is a probe and not a
    ///   stream that started again.
    mutating func receive(_ number: SequenceNumber, isRetransmission: Bool) -> Arrival {
        guard highest >= 0 else {
            highest = 0x1_0000 + Int64(number.rawValue)
            mark(highest)
            return .newest(highest, missing: 0)
        }
        let distance = Int64(SequenceNumber(UInt16(truncatingIfNeeded: highest)).distance(to: number))
        let extended = highest + distance
        if distance > 0, distance < Limits.maximumDropout {
            suspect = nil
            if distance >= Limits.duplicateWindow {
                bits = InlineArray(repeating: 0)
            } else {
                for skipped in (highest + 1)..<extended { clear(skipped) }
            }
            highest = extended
            mark(extended)
            return .newest(extended, missing: distance - 1)
        }
        if distance <= 0, distance > -Limits.duplicateWindow {
            suspect = nil
            guard !isMarked(extended) else { return .duplicate }
            mark(extended)
            return .late(extended)
        }
        if isRetransmission { return .tooOld }
        guard suspect == number.rawValue else {
            suspect = number.rawValue &+ 1
            return distance < 0 && distance > -Limits.maximumDropout ? .tooOld : .suspicious
        }
        suspect = nil
        bits = InlineArray(repeating: 0)
        // A new turn, so that no number of the time before comes again.
        highest = (highest >> 16 + 2) << 16 | Int64(number.rawValue)
        mark(highest)
        return .restarted(highest)
    }

    /// True if the packet with this extended number has come, as far back as the window goes.
    func contains(_ number: Int64) -> Bool {
        number <= highest && number > highest - Limits.duplicateWindow && isMarked(number)
    }

    private func isMarked(_ number: Int64) -> Bool {
        bits[Int(number >> 6) & 15] & 1 << UInt64(number & 63) != 0
    }

    private mutating func mark(_ number: Int64) {
        bits[Int(number >> 6) & 15] |= 1 << UInt64(number & 63)
    }

    private mutating func clear(_ number: Int64) {
        bits[Int(number >> 6) & 15] &= ~(1 << UInt64(number & 63))
    }
}
