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
    /// The smallest piece of a message that is worth starting in what is left of a datagram.
    private static let minimumPiece = 16

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

    /// A record that is being filled with fragments.
    private struct OpenRecord {
        var epoch: UInt64
        var payload: [UInt8] = []
        var pieces: [(item: Int, range: Range<Int>)] = []
    }

    /// Writes datagrams of at most `limit` bytes with everything that is not acknowledged: as many messages in a record, and
    /// as many records in a datagram, as fit.
    mutating func transmit(
        with records: inout RecordLayer,
        datagramLimit limit: Int,
        into datagrams: inout [[UInt8]]
    ) throws(DTLSError) {
        var datagram: [UInt8] = []
        var open: OpenRecord?
        for index in items.indices {
            let item = items[index]
            if let epoch = open?.epoch, epoch != item.epoch { try seal(&open, with: &records, into: &datagram) }
            switch item.content {
            case .changeCipherSpec:
                try seal(&open, with: &records, into: &datagram)
                if datagram.count + records.overhead(epoch: item.epoch) + 1 > limit {
                    flush(&datagram, into: &datagrams)
                }
                _ = try records.seal([1], type: .changeCipherSpec, epoch: item.epoch, into: &datagram)
            case .message(let type, let sequence, let body):
                let overhead = records.overhead(epoch: item.epoch) + HandshakeFragment.headerLength
                for piece in body.isEmpty ? [0..<0] : item.acknowledged.gaps(in: 0..<body.count) {
                    var position = piece.lowerBound
                    repeat {
                        let remaining = piece.upperBound - position
                        var room = limit - datagram.count - overhead - (open?.payload.count ?? 0)
                        if room < min(remaining, Self.minimumPiece) {
                            try seal(&open, with: &records, into: &datagram)
                            flush(&datagram, into: &datagrams)
                            room = limit - overhead
                        }
                        let range = position..<position + min(remaining, room)
                        var record = open ?? OpenRecord(epoch: item.epoch)
                        HandshakeFragment.writeHeader(
                            type: type,
                            messageLength: body.count,
                            sequence: sequence,
                            range: range,
                            to: &record.payload
                        )
                        record.payload += body[range]
                        record.pieces.append((index, range))
                        open = record
                        position = range.upperBound
                    } while position < piece.upperBound
                }
            }
        }
        try seal(&open, with: &records, into: &datagram)
        flush(&datagram, into: &datagrams)
        if sent.count > Self.maximumSentPieces { sent.removeFirst(sent.count - Self.maximumSentPieces) }
    }

    private mutating func seal(
        _ open: inout OpenRecord?,
        with records: inout RecordLayer,
        into datagram: inout [UInt8]
    ) throws(DTLSError) {
        guard let record = open else { return }
        open = nil
        let number = try records.seal(record.payload, type: .handshake, epoch: record.epoch, into: &datagram)
        for piece in record.pieces { sent.append(SentPiece(number: number, item: piece.item, range: piece.range)) }
    }

    private func flush(_ datagram: inout [UInt8], into datagrams: inout [[UInt8]]) {
        guard !datagram.isEmpty else { return }
        datagrams.append(datagram)
        datagram = []
    }
}
