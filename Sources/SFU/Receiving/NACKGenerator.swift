import RTP
import Wire

/// Which packets of a stream are missing, and when to ask for them again: once for all subscribers.
struct NACKGenerator: Sendable {
    private struct Missing: Sendable, BitwiseCopyable {
        var number: Int64
        var since: MonotonicTime
        /// When to ask next.
        var due: MonotonicTime
        var requestCount: UInt8
    }

    /// In order of their numbers.
    private var missing: [Missing] = []

    init() {
        missing.reserveCapacity(Limits.missingPacketCount)
    }

    var isEmpty: Bool { missing.isEmpty }
    var count: Int { missing.count }

    /// The packets of `numbers` were skipped.
    ///
    /// - Returns: False when there are too many: all are given up, and only a key frame helps.
    mutating func insert(_ numbers: Range<Int64>, at now: MonotonicTime) -> Bool {
        guard missing.count + numbers.count <= Limits.missingPacketCount else {
            missing.removeAll(keepingCapacity: true)
            return false
        }
        let due = now + Limits.reorderTolerance
        for number in numbers {
            missing.append(Missing(number: number, since: now, due: due, requestCount: 0))
        }
        return true
    }

    /// A packet came: late, or as a retransmission.
    ///
    /// - Returns: True if it was missing.
    mutating func remove(_ number: Int64) -> Bool {
        var low = 0
        var high = missing.count
        while low < high {
            let middle = (low + high) / 2
            if missing[middle].number < number { low = middle + 1 } else { high = middle }
        }
        guard low < missing.count, missing[low].number == number else { return false }
        missing.remove(at: low)
        return true
    }

    mutating func removeAll() {
        missing.removeAll(keepingCapacity: true)
    }

    /// When the next request is due.
    var nextDeadline: MonotonicTime {
        var deadline = MonotonicTime.distantFuture
        for entry in missing { deadline = min(deadline, entry.due) }
        return deadline
    }

    /// Appends the packets to ask for now, in order, and gives up those that took too long.
    ///
    /// - Parameter interval: Between two requests for a packet: a round trip.
    mutating func collect(
        at now: MonotonicTime,
        interval: TimeInterval,
        into numbers: inout [SequenceNumber]
    ) {
        let oldest = now - Limits.nackLifetime
        missing.removeAll { $0.requestCount >= Limits.nacksPerPacket && $0.due <= now || $0.since < oldest }
        for index in missing.indices {
            let entry = missing[index]
            guard entry.due <= now, numbers.count < numbers.capacity else { continue }
            missing[index].requestCount += 1
            missing[index].due = now + interval
            numbers.append(SequenceNumber(UInt16(truncatingIfNeeded: entry.number)))
        }
    }
}
