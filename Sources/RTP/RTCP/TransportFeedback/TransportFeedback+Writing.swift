public import Wire

/// The arrival of a packet, for transport-wide feedback.
public struct PacketArrival: Hashable, Sendable, BitwiseCopyable {
    public var sequenceNumber: ExtendedSequenceNumber
    public var time: MonotonicTime

    public init(sequenceNumber: ExtendedSequenceNumber, time: MonotonicTime) {
        self.sequenceNumber = sequenceNumber
        self.time = time
    }

    fileprivate var ticks: Int64 {
        Int64(truncatingIfNeeded: time.nanoseconds / UInt64(TransportFeedback.nanosecondsPerTick))
    }
}

extension TransportFeedback {
    /// Writes a message about as many of `arrivals` as fit. Packets between them count as not received.
    ///
    /// Fewer fit when the bytes run out, when more than 65535 packets would be spoken of, and when two packets are more than
    /// eight seconds apart; the rest goes into the next message.
    ///
    /// - Parameters:
    ///   - arrivals: In order of their sequence numbers, each once, 1 at least. Times may go back.
    ///   - base: The first packet to speak of, when the message should also say that those before the first arrival were not
    ///     received; the first arrival when it is nil or not before that.
    ///   - feedbackCount: The number of the message.
    ///   - limit: The most bytes to write.
    /// - Returns: The length of the message, and how many of `arrivals` are in it.
    /// - Complexity: O(arrivals).
    public static func write(
        _ arrivals: Span<PacketArrival>,
        base: ExtendedSequenceNumber? = nil,
        sender: SSRC,
        media: SSRC,
        feedbackCount: UInt8,
        limit: Int = 1200,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> (length: Int, count: Int) {
        guard !arrivals.isEmpty else { throw .unrepresentable(0) }
        let firstNumber = arrivals[0].sequenceNumber
        var start = min(base ?? firstNumber, firstNumber)
        if firstNumber.rawValue &- start.rawValue >= 0x7FFF { start = firstNumber }
        let reference = arrivals[0].ticks / ticksPerReference
        let capacity = min(limit, bytes.byteCount - offset) & ~3

        // First find out how many fit, then write the chunks, then the deltas behind them.
        let plan = plan(arrivals, start, reference, capacity: capacity)
        guard plan.count > 0 else { throw .noCapacity(needed: chunksOffset + 4, available: capacity) }
        let length = (chunksOffset + 2 * plan.chunkCount + plan.deltaLength + 3) & ~3
        try FeedbackHeader.store(
            .transportFeedback,
            format: format,
            sender: sender,
            media: media,
            length: length,
            to: &bytes,
            at: offset
        )
        bytes.store(start.sequenceNumber.rawValue, at: offset + 12)
        bytes.store(UInt16(truncatingIfNeeded: plan.statusCount), at: offset + 14)
        bytes.store24(UInt32(truncatingIfNeeded: reference), at: offset + 16)
        bytes.store(feedbackCount, at: offset + 19)

        var encoder = PacketStatusEncoder()
        var chunkPosition = offset + chunksOffset
        var deltaPosition = chunkPosition + 2 * plan.chunkCount
        var next = start.rawValue
        var previous = reference * ticksPerReference
        func store(_ chunk: PacketStatusChunk, in bytes: inout MutableRawSpan) {
            bytes.store(chunk.rawValue, at: chunkPosition)
            chunkPosition += 2
        }
        for index in 0..<plan.count {
            let arrival = arrivals[index]
            var gap = Int(arrival.sequenceNumber.rawValue - next)
            while let chunk = encoder.addGap(&gap) { store(chunk, in: &bytes) }
            let delta = arrival.ticks - previous
            let symbol = Self.symbol(delta)
            if let chunk = encoder.add(symbol) { store(chunk, in: &bytes) }
            if symbol == .smallDelta {
                bytes.store(UInt8(truncatingIfNeeded: delta), at: deltaPosition)
            } else {
                bytes.store(UInt16(truncatingIfNeeded: delta), at: deltaPosition)
            }
            deltaPosition += symbol.deltaLength
            previous = arrival.ticks
            next = arrival.sequenceNumber.rawValue + 1
        }
        while let chunk = encoder.flush(isLast: true) { store(chunk, in: &bytes) }
        bytes.zero(deltaPosition..<offset + length)
        return (length, plan.count)
    }

    private static func symbol(_ delta: Int64) -> PacketStatusSymbol {
        (0...255).contains(delta) ? .smallDelta : .largeDelta
    }

    private struct Plan {
        /// Arrivals.
        var count = 0
        var statusCount = 0
        var chunkCount = 0
        var deltaLength = 0
    }

    private static func plan(
        _ arrivals: Span<PacketArrival>,
        _ start: ExtendedSequenceNumber,
        _ reference: Int64,
        capacity: Int
    ) -> Plan {
        var plan = Plan()
        var encoder = PacketStatusEncoder()
        var next = start.rawValue
        var previous = reference * ticksPerReference
        for index in arrivals.indices {
            let arrival = arrivals[index]
            let statusCount = arrival.sequenceNumber.rawValue &- start.rawValue &+ 1
            let delta = arrival.ticks &- previous
            guard arrival.sequenceNumber.rawValue >= next, statusCount <= 0xFFFF, Int16(exactly: delta) != nil else {
                break
            }
            var gap = Int(arrival.sequenceNumber.rawValue - next)
            while encoder.addGap(&gap) != nil {}
            _ = encoder.add(symbol(delta))
            // What it would take to end here.
            var ending = encoder
            while ending.flush(isLast: true) != nil {}
            let deltaLength = plan.deltaLength + symbol(delta).deltaLength
            guard chunksOffset + 2 * ending.chunkCount + deltaLength <= capacity else { break }
            plan = Plan(
                count: index + 1,
                statusCount: Int(statusCount),
                chunkCount: ending.chunkCount,
                deltaLength: deltaLength
            )
            previous = arrival.ticks
            next = arrival.sequenceNumber.rawValue + 1
        }
        return plan
    }
}
