import RTP
import Wire

extension Router {
    /// Hands a packet to one subscription: forwards it, starts with it, or leaves it out.
    mutating func deliver<Sink: PacketSink & ~Copyable>(
        _ incoming: IncomingPacket,
        _ bytes: RawSpan,
        from stream: Int,
        isNewest: Bool,
        to index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        guard !subscriptions[index].isPaused, participants[subscriptions[index].owner].isReady else { return }
        if subscriptions[index].source == stream, subscriptions[index].sourceEpoch == streams[stream].epoch {
            // Padding closes up, unless its number has become a hole already or it ends a picture.
            if incoming.isEmpty, !incoming.marker, subscriptions[index].sequence.drop(incoming.sequenceNumber) {
                return
            }
            if incoming.summary.startsKeyFrame { subscriptions[index].keyFrameStarted(at: now) }
            forward(incoming, bytes, to: index, at: now, sink: &sink)
            return
        }
        guard !incoming.isEmpty, subscriptions[index].target == streams[stream].encoding,
            incoming.summary.startsKeyFrame || !incoming.codec.hasKeyFrames,
            subscriptions[index].payloadType(for: incoming.payloadType) != nil || incoming.codec == .red
        else { return }
        guard start(index, with: incoming, of: stream, at: now) else {
            counts.refusedSwitches += 1
            return
        }
        forward(incoming, bytes, to: index, at: now, sink: &sink)
        guard !isNewest else { return }
        // The start of the key frame came late: what belongs behind it is in the ring.
        var number = incoming.sequenceNumber
        while number < streams[stream].window.highest {
            number += 1
            let publication = streams[stream].publication
            guard
                let entry = publications[publication].ring.entry(at: streams[stream].position(of: number)),
                entry.sequenceNumber == number, Int(entry.encoding) == streams[stream].encoding,
                var packet = reread(entry, of: publication)
            else { continue }
            streams[stream].complete(&packet)
            forwardFromRing(packet, entry, of: publication, to: index, at: now, sink: &sink)
        }
    }

    /// Makes `stream` the source of a subscription, beginning with `packet`.
    ///
    /// - Returns: False when it has to wait for another key frame, which was asked for where that helps.
    private mutating func start(
        _ index: Int,
        with packet: IncomingPacket,
        of stream: Int,
        at now: MonotonicTime
    ) -> Bool {
        guard canStart(index, with: stream) else { return false }
        let clockRate = publications[subscriptions[index].publication].clockRate
        let last = subscriptions[index].lastSource
        var mapped: UInt32?
        if last == stream, subscriptions[index].sourceEpoch == streams[stream].epoch {
            mapped = packet.timestamp &+ subscriptions[index].timestamps.offset
        } else if let last, last != stream, streams.isOccupied(last), let from = streams[stream].clock,
            let to = streams[last].clock, subscriptions[index].hasValidSource(streams[last].epoch)
        {
            mapped = from.map(packet.timestamp, to: to, clockRate: clockRate)
                .map { $0 &+ subscriptions[index].timestamps.offset }
        }
        let isFirst = !subscriptions[index].timestamps.hasSent
        switch subscriptions[index].timestamps.continuation(
            of: packet.timestamp,
            mapped: mapped,
            at: now,
            clockRate: clockRate
        )
        {
        case .tooFarBehind where publications[subscriptions[index].publication].acceptsKeyFrameRequests:
            subscriptions[index].timestamps.refuse()
            wantKeyFrame(of: stream, at: now)
            return false
        case .tooFarBehind:
            subscriptions[index].timestamps.start(
                offset: subscriptions[index].timestamps.newest &+ 1 &- packet.timestamp
            )
        case .offset(let offset):
            subscriptions[index].timestamps.start(offset: offset)
        }
        // A picture that was cut off must not look complete: its end is missing.
        let isCut = !isFirst && subscriptions[index].kind == .video && !subscriptions[index].endedPicture
        subscriptions[index].sequence.start(at: packet.sequenceNumber, hole: isCut ? 1 : 0)
        subscriptions[index].pictures.start(packet.summary.picture)
        subscriptions[index].source = stream
        subscriptions[index].lastSource = stream
        subscriptions[index].sourceEpoch = streams[stream].epoch
        subscriptions[index].clockValidFrom = isFirst ? .zero : now
        subscriptions[index].keyFrameStarted(at: now)
        counts.layerSwitches += 1
        events.append(.layerChanged(subscriptionHandle(index), encoding: streams[stream].encoding))
        return true
    }

    /// Forwards a packet that lies in the ring.
    private mutating func forwardFromRing<Sink: PacketSink & ~Copyable>(
        _ packet: IncomingPacket,
        _ entry: PacketRing.Entry,
        of publication: Int,
        to index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        var packet = packet
        let payloadType = adapt(&packet, publications[publication].ring.bytes(of: entry), for: index)
        guard let fields = prepare(packet, payloadType: payloadType, for: index, at: now) else { return }
        let byteCount = Self.send(
            packet,
            publications[publication].ring.bytes(of: entry),
            fields,
            outgoing(fields, to: index),
            format: subscriptions[index].format,
            sink: &sink
        )
        sent(packet, byteCount: byteCount, to: index)
    }

    private mutating func forward<Sink: PacketSink & ~Copyable>(
        _ packet: IncomingPacket,
        _ bytes: RawSpan,
        to index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        var packet = packet
        let payloadType = adapt(&packet, bytes, for: index)
        guard let fields = prepare(packet, payloadType: payloadType, for: index, at: now) else { return }
        let byteCount = Self.send(
            packet,
            bytes,
            fields,
            outgoing(fields, to: index),
            format: subscriptions[index].format,
            sink: &sink
        )
        sent(packet, byteCount: byteCount, to: index)
    }

    /// Gives a packet its numbers on the side of a subscriber and remembers them.
    private mutating func prepare(
        _ packet: IncomingPacket,
        payloadType: UInt8?,
        for index: Int,
        at now: MonotonicTime
    ) -> OutgoingFields? {
        guard let payloadType else {
            counts.droppedWithoutCodec += 1
            _ = subscriptions[index].sequence.drop(packet.sequenceNumber)
            return nil
        }
        guard let number = subscriptions[index].sequence.forward(packet.sequenceNumber) else {
            counts.latePackets += 1
            return nil
        }
        let timestamp = subscriptions[index].timestamps.forward(packet.timestamp, at: now)
        let picture =
            packet.codec == .vp8 || packet.codec == .vp9
            ? subscriptions[index].pictures.rewrite(packet.summary.picture, timestamp: packet.timestamp)
            : packet.summary.picture
        if packet.position != 0 {
            subscriptions[index].sent.append(
                SentPacket(
                    sequenceNumber: number,
                    position: packet.position,
                    timestamp: timestamp,
                    picture: picture
                )
            )
        }
        if number == subscriptions[index].sequence.highestOutput { subscriptions[index].endedPicture = packet.marker }
        let owner = subscriptions[index].owner
        let wantsNumber = subscriptions[index].format.id(.transportSequenceNumber) != 0
        return OutgoingFields(
            ssrc: subscriptions[index].ssrc,
            payloadType: payloadType,
            sequenceNumber: UInt16(truncatingIfNeeded: number),
            timestamp: timestamp,
            picture: picture,
            writesMID: subscriptions[index].alwaysSendsMID || !subscriptions[index].isAcknowledged,
            transportSequenceNumber: wantsNumber ? participants[owner].takeTransportSequenceNumber() : nil,
            sendTime: now,
            originalSequenceNumber: nil
        )
    }

    /// Fits a packet to what the subscriber knows: redundant audio becomes plain where it has to.
    ///
    /// - Returns: The payload type on the subscriber's side, or nil when there is none.
    func adapt(_ packet: inout IncomingPacket, _ bytes: RawSpan, for index: Int) -> UInt8? {
        if let payloadType = subscriptions[index].payloadType(for: packet.payloadType) { return payloadType }
        guard packet.codec == .red else { return nil }
        let payload = bytes.extracting(packet.payloadOffset..<packet.payloadOffset + packet.payloadLength)
        guard var reader = try? REDPayload(parsing: payload) else { return nil }
        while let block = reader.next(in: payload) {
            guard block.isPrimary else { continue }
            guard let payloadType = subscriptions[index].payloadType(for: block.payloadType.rawValue) else {
                return nil
            }
            packet.payloadOffset += block.range.lowerBound
            packet.payloadLength = block.range.count
            packet.payloadType = block.payloadType.rawValue
            return payloadType
        }
        return nil
    }

    func outgoing(_ fields: OutgoingFields, to index: Int) -> OutgoingPacket {
        let isRetransmission = fields.originalSequenceNumber != nil
        return OutgoingPacket(
            destination: participantHandle(subscriptions[index].owner),
            kind: isRetransmission ? .retransmission : subscriptions[index].kind == .audio ? .audio : .video,
            ssrc: fields.ssrc,
            maximumByteCount: 0
        )
    }

    /// Writes a packet into a slot. It takes what it needs of the router apart, since `bytes` may lie in another part.
    ///
    /// - Returns: Its length, 0 if there was no slot.
    static func send<Sink: PacketSink & ~Copyable>(
        _ packet: IncomingPacket,
        _ bytes: RawSpan,
        _ fields: OutgoingFields,
        _ outgoing: OutgoingPacket,
        format: OutgoingFormat,
        sink: inout Sink
    ) -> Int {
        var outgoing = outgoing
        outgoing.maximumByteCount = PacketWriter.maximumByteCount(packet, format: format)
        var slot = sink.slot(for: outgoing)
        guard slot.byteCount >= outgoing.maximumByteCount else { return 0 }
        let byteCount = PacketWriter.write(packet, from: bytes, format: format, fields: fields, to: &slot)
        sink.commit(outgoing, byteCount: byteCount)
        return byteCount
    }

    /// Counts a packet that was sent, or, without a length, one that was not.
    mutating func count(_ byteCount: Int) -> Bool {
        guard byteCount > 0 else {
            counts.droppedWithoutSlot += 1
            return false
        }
        counts.sentPackets += 1
        counts.sentBytes += UInt64(byteCount)
        return true
    }

    /// Counts what was sent for the first time.
    private mutating func sent(_ packet: IncomingPacket, byteCount: Int, to index: Int) {
        guard count(byteCount) else { return }
        subscriptions[index].packetCount &+= 1
        subscriptions[index].octetCount &+= UInt32(truncatingIfNeeded: packet.payloadLength)
        subscriptions[index].budget.sent(byteCount)
    }
}
