import Wire

/// Puts handshake messages together from fragments in any order and hands them out in order (RFC 6347 section 4.2.3).
///
/// What one peer can make it hold is bounded by ``capacity``.
struct Reassembler: Sendable {
    /// The bytes of all unfinished messages together. A certificate message is about 300 bytes in WebRTC and a few kilobytes
    /// with a public chain.
    static let capacity = 32 * 1024
    /// How far ahead of the next message one may be kept: no flight has more messages.
    static let window: UInt16 = 8
    /// How many pieces of one message may wait unconnected: a message of the whole capacity in fragments of 200 bytes.
    static let maximumPieces = 164

    private struct Partial: Sendable {
        let type: HandshakeType
        let sequence: UInt16
        let epoch: UInt64
        var body: [UInt8]
        var received = ByteRanges()

        var isComplete: Bool { received.covers(upTo: body.count) }
    }

    enum Outcome: Equatable {
        /// Kept; the message may or may not be complete now, or the next in order.
        case buffered
        /// A piece of a message that was handed out before.
        case stale
        case refused
    }

    private var partials: [Partial] = []
    /// The message_seq of the next message to hand out.
    private(set) var next: UInt16
    /// Fragments from earlier epochs are refused: what must come protected is not taken unprotected.
    private(set) var minimumEpoch: UInt64 = 0

    init(next: UInt16 = 0) {
        self.next = next
    }

    var bufferedBytes: Int { partials.reduce(0) { $0 + $1.body.count } }

    /// True while pieces wait for others.
    var hasPartialMessages: Bool { !partials.isEmpty }

    mutating func require(epoch: UInt64) {
        minimumEpoch = epoch
        partials.removeAll { $0.epoch < epoch }
    }

    mutating func add(_ fragment: borrowing HandshakeFragment, epoch: UInt64) -> Outcome {
        guard fragment.sequence >= next else { return .stale }
        guard epoch >= minimumEpoch, fragment.sequence - next < Self.window else { return .refused }
        if let index = partials.firstIndex(where: { $0.sequence == fragment.sequence }) {
            let known = partials[index]
            if known.epoch > epoch { return .refused }
            if known.epoch < epoch {
                // Protected pieces displace what anybody could have put there.
                partials.remove(at: index)
            } else if known.type != fragment.type || known.body.count != fragment.messageLength {
                return .refused
            }
        }
        let sequence = fragment.sequence
        let index: Int
        if let known = partials.firstIndex(where: { $0.sequence == sequence }) {
            index = known
        } else {
            guard fragment.messageLength <= Self.capacity - bufferedBytes else { return .refused }
            index = partials.count
            partials.append(
                Partial(
                    type: fragment.type,
                    sequence: sequence,
                    epoch: epoch,
                    body: [UInt8](repeating: 0, count: fragment.messageLength)
                )
            )
        }
        let isNew = !partials[index].received.contains(fragment.range)
        guard partials[index].received.insert(fragment.range, limit: Self.maximumPieces) else { return .refused }
        if isNew {
            var body = partials[index].body.mutableSpan
            var bytes = unsafe body.mutableBytes
            bytes.copy(fragment.payload, to: fragment.offset)
        }
        return .buffered
    }

    /// True when ``popNext()`` would return a message.
    var hasNext: Bool { partials.contains { $0.sequence == next && $0.isComplete } }

    mutating func popNext() -> HandshakeMessage? {
        guard let index = partials.firstIndex(where: { $0.sequence == next && $0.isComplete }) else { return nil }
        let partial = partials.remove(at: index)
        next &+= 1
        return HandshakeMessage(
            type: partial.type,
            sequence: partial.sequence,
            epoch: partial.epoch,
            body: partial.body
        )
    }

    /// Forgets that the last message was handed out, so that another with its number can come.
    mutating func takeBack(sequence: UInt16) {
        next = sequence
    }
}
