import Wire

/// The messages of our last flight, kept until the peer has shown that it has them.
///
/// Version 1.2 repeats a flight as a whole; version 1.3 repeats what no ACK has named (RFC 9147 section 7).
struct OutgoingFlight: Sendable {
    private struct Item: Sendable {
        enum Content: Sendable {
            case message(type: HandshakeType, sequence: UInt16, body: [UInt8])
            case changeCipherSpec
        }

        let content: Content
        let epoch: UInt64
        var acknowledged = ByteRanges()
    }

    /// Which piece of which message a record carried.
    private struct SentPiece: Sendable {
        let number: RecordNumber
        let item: Int
        let range: Range<Int>
    }

    /// How many sent records are remembered for ACKs that come late; older ones are forgotten first.
    private static let maximumSentPieces = 128
    /// The smallest piece of a message that is worth a record of its own in a started datagram.
    private static let minimumPiece = 64

    private var items: [Item] = []
    private var sent: [SentPiece] = []

    var isEmpty: Bool { items.isEmpty }

    mutating func clear() {
        items = []
        sent = []
    }

    mutating func append(type: HandshakeType, sequence: UInt16, body: [UInt8], epoch: UInt64) {
        items.append(Item(content: .message(type: type, sequence: sequence, body: body), epoch: epoch))
    }

    mutating func appendChangeCipherSpec(epoch: UInt64) {
        items.append(Item(content: .changeCipherSpec, epoch: epoch))
    }

    /// Drops the pieces that an ACK names.
    ///
    /// - Returns: True when it named something new.
    mutating func acknowledge(_ numbers: [RecordNumber]) -> Bool {
        var isNew = false
        for piece in sent where numbers.contains(piece.number) {
            guard !items[piece.item].acknowledged.contains(piece.range) else { continue }
            isNew = true
            _ = items[piece.item].acknowledged.insert(piece.range)
        }
        return isNew
    }

    /// True when ACKs have named every piece. Of 1.3 only, whose messages are never empty.
    var isAcknowledged: Bool {
        items.allSatisfy { item in
            guard case .message(_, _, let body) = item.content else { return true }
            return item.acknowledged.covers(upTo: body.count)
        }
    }

    /// Writes datagrams of at most `limit` bytes with everything that is not acknowledged.
    mutating func transmit(
        with records: inout RecordLayer,
        datagramLimit limit: Int,
        into datagrams: inout [[UInt8]]
    ) throws(DTLSError) {
        var datagram: [UInt8] = []
        for index in items.indices {
            let item = items[index]
            switch item.content {
            case .changeCipherSpec:
                if datagram.count + records.overhead(epoch: item.epoch) + 1 > limit {
                    flush(&datagram, into: &datagrams)
                }
                _ = try records.seal([1], type: .changeCipherSpec, epoch: item.epoch, into: &datagram)
            case .message(let type, let sequence, let body):
                let pieces = body.isEmpty ? [0..<0] : item.acknowledged.gaps(in: 0..<body.count)
                let overhead = records.overhead(epoch: item.epoch) + HandshakeFragment.headerLength
                for piece in pieces {
                    var position = piece.lowerBound
                    repeat {
                        let remaining = piece.upperBound - position
                        if limit - datagram.count - overhead < min(remaining, Self.minimumPiece) {
                            flush(&datagram, into: &datagrams)
                        }
                        let length = min(remaining, limit - datagram.count - overhead)
                        let range = position..<position + length
                        var fragment: [UInt8] = []
                        HandshakeFragment.writeHeader(
                            type: type,
                            messageLength: body.count,
                            sequence: sequence,
                            range: range,
                            to: &fragment
                        )
                        fragment += body[range]
                        let number = try records.seal(
                            fragment,
                            type: .handshake,
                            epoch: item.epoch,
                            into: &datagram
                        )
                        sent.append(SentPiece(number: number, item: index, range: range))
                        position += length
                    } while position < piece.upperBound
                }
            }
        }
        flush(&datagram, into: &datagrams)
        if sent.count > Self.maximumSentPieces { sent.removeFirst(sent.count - Self.maximumSentPieces) }
    }

    private func flush(_ datagram: inout [UInt8], into datagrams: inout [[UInt8]]) {
        guard !datagram.isEmpty else { return }
        datagrams.append(datagram)
        datagram = []
    }
}
