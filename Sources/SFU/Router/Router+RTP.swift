import RTP
public import Wire

extension Router {
    /// Takes an RTP packet, forwards it, and keeps it for retransmissions.
    ///
    /// - Parameter packet: Decrypted and authenticated, without anything behind it.
    public mutating func receiveRTP<Sink: PacketSink & ~Copyable>(
        _ packet: RawSpan,
        from participant: ParticipantHandle,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        counts.receivedPackets += 1
        counts.receivedBytes += UInt64(packet.byteCount)
        guard let owner = participants.index(of: participant.place) else {
            counts.strayPackets += 1
            return
        }
        guard
            let header = try? RTPHeader(parsing: packet),
            let payloadRange = try? header.payloadRange(in: packet)
        else {
            counts.malformedPackets += 1
            return
        }
        var incoming = IncomingPacket()
        let known = participants[owner].incoming[header.ssrc]
        let labels = incoming.readExtensions(
            header,
            in: packet,
            kinds: participants[owner].extensionKinds,
            readsNames: known == nil
        )
        // The transport counts every packet, whatever becomes of it.
        if let number = labels.transportSequenceNumber, participants[owner].options.transportFeedback {
            participants[owner].feedback.receive(number, at: now)
            if participants[owner].isReady { schedule(owner, at: participants[owner].feedback.nextDeadline) }
        }
        guard let binding = known ?? bindStream(header, labels, of: owner) else {
            counts.unknownSSRCPackets += 1
            if participants[owner].countUnknown(header.ssrc, at: now) {
                let handle = participantHandle(owner)
                events.append(.unknownSSRC(handle, ssrc: header.ssrc, payloadType: header.payloadType))
            }
            return
        }
        let stream = binding.index
        let publication = streams[stream].publication
        guard
            let codec = publications[publication].codec(of: header.payloadType),
            codec.isRetransmission == binding.isRetransmission
        else {
            counts.unknownPayloadTypePackets += 1
            return
        }
        incoming.timestamp = header.timestamp.rawValue
        incoming.marker = header.marker
        incoming.csrcCount = header.csrcCount
        incoming.payloadOffset = payloadRange.lowerBound
        incoming.payloadLength = payloadRange.count
        incoming.codec = publications[publication].codecs[codec.index].codec
        incoming.payloadType = publications[publication].codecs[codec.index].payloadType.rawValue
        var number = header.sequenceNumber
        if codec.isRetransmission {
            // Without an original number it is a probe: padding on the stream of retransmissions.
            guard incoming.payloadLength >= 2 else {
                counts.paddingPackets += 1
                return
            }
            number = SequenceNumber(packet.loadUInt16(at: incoming.payloadOffset))
            incoming.payloadOffset += 2
            incoming.payloadLength -= 2
        }
        accept(
            &incoming,
            packet,
            number: number,
            headerLength: header.length,
            mustPatch: codec.isRetransmission || header.hasPadding,
            codec: codec.index,
            isRetransmission: codec.isRetransmission,
            stream: stream,
            at: now,
            sink: &sink
        )
    }

    /// Goes on with a packet whose stream is known: counts it, keeps it, and hands it to the subscribers.
    private mutating func accept<Sink: PacketSink & ~Copyable>(
        _ incoming: inout IncomingPacket,
        _ packet: RawSpan,
        number: SequenceNumber,
        headerLength: Int,
        mustPatch: Bool,
        codec: Int,
        isRetransmission: Bool,
        stream: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        let publication = streams[stream].publication
        let owner = publications[publication].owner
        let clockRate = publications[publication].codecs[codec].clockRate
        var isNewest = false
        // A stream that was never heard cannot begin with a retransmission: what came before it is not known.
        if isRetransmission, streams[stream].ssrc == nil || streams[stream].lastPacketAt == nil {
            counts.latePackets += 1
            return
        }
        switch streams[stream].window.receive(number, isRetransmission: isRetransmission) {
        case .duplicate:
            counts.duplicatePackets += 1
            return
        case .tooOld:
            counts.latePackets += 1
            return
        case .suspicious:
            counts.suspiciousPackets += 1
            return
        case .late(let extended):
            incoming.sequenceNumber = extended
            let wasMissing = streams[stream].missing.remove(extended)
            if isRetransmission, wasMissing { counts.recoveredPackets += 1 }
        case .newest(let extended, let missing):
            incoming.sequenceNumber = extended
            isNewest = true
            // What nobody gets is not asked for again.
            if missing > 0, publications[publication].codecs[codec].acceptsNACK,
                !publications[publication].subscriptions.isEmpty
            {
                if streams[stream].missing.insert(extended - missing..<extended, at: now) {
                    if participants[owner].isReady { schedule(owner, at: now + Limits.reorderTolerance) }
                } else {
                    wantKeyFrame(of: stream, at: now)
                }
            }
        case .restarted(let extended):
            incoming.sequenceNumber = extended
            isNewest = true
            restart(stream, at: now)
        }
        if isNewest, !isRetransmission, !incoming.isEmpty,
            !streams[stream].checkTimestamp(incoming.timestamp, clockRate: clockRate, at: now)
        {
            restart(stream, at: now)
        }
        if !isRetransmission {
            streams[stream].statistics.receive(
                incoming.sequenceNumber,
                timestamp: incoming.timestamp,
                clockRate: clockRate,
                at: now
            )
        }
        let isFirst = streams[stream].lastPacketAt == nil
        streams[stream].lastPacketAt = now
        // Before the packet is looked at: if it starts a key frame, nobody has to ask for one.
        if !streams[stream].isAlive {
            setAlive(stream, true)
            retargetSubscribers(of: publication, at: now)
        }
        if incoming.isEmpty {
            counts.paddingPackets += 1
        } else {
            let payload = packet.extracting(
                incoming.payloadOffset..<incoming.payloadOffset + incoming.payloadLength
            )
            incoming.summary = PayloadSummary(incoming.codec, payload)
            streams[stream].complete(&incoming)
            store(&incoming, packet, payload, headerLength: headerLength, mustPatch: mustPatch, stream: stream)
            if streams[stream].measure(incoming, byteCount: packet.byteCount, at: now) { counts.keyFrames += 1 }
        }
        if isFirst, streams[stream].keyFrames.isWanted { wantKeyFrame(of: stream, at: now) }
        if publications[publication].currentCodec != codec {
            publications[publication].currentCodec = codec
            events.append(.codecChanged(publicationHandle(publication), codec: codec))
        }
        for position in 0..<publications[publication].subscriptions.count {
            deliver(
                incoming,
                packet,
                from: stream,
                isNewest: isNewest,
                to: publications[publication].subscriptions[position],
                at: now,
                sink: &sink
            )
        }
    }

    /// Keeps a packet in the ring, in the form in which the publisher first sent it.
    private mutating func store(
        _ incoming: inout IncomingPacket,
        _ packet: RawSpan,
        _ payload: RawSpan,
        headerLength: Int,
        mustPatch: Bool,
        stream: Int
    ) {
        let publication = streams[stream].publication
        incoming.position = publications[publication].ring.store(
            header: packet.extracting(0..<headerLength),
            payload: payload,
            sequenceNumber: incoming.sequenceNumber,
            encoding: streams[stream].encoding
        )
        guard incoming.position != 0 else {
            counts.oversizePackets += 1
            return
        }
        streams[stream].remember(incoming.sequenceNumber, at: incoming.position)
        guard mustPatch else { return }
        publications[publication].ring.patchHeader(
            at: incoming.position,
            payloadType: incoming.payloadType,
            sequenceNumber: UInt16(truncatingIfNeeded: incoming.sequenceNumber),
            ssrc: streams[stream].ssrc?.rawValue ?? 0
        )
    }

    /// Reads a packet of the ring again.
    func reread(_ entry: PacketRing.Entry, of publication: Int) -> IncomingPacket? {
        let bytes = publications[publication].ring.bytes(of: entry)
        guard
            let header = try? RTPHeader(parsing: bytes),
            let codec = publications[publication].codec(of: header.payloadType)
        else { return nil }
        var packet = IncomingPacket()
        _ = packet.readExtensions(
            header,
            in: bytes,
            kinds: participants[publications[publication].owner].extensionKinds,
            readsNames: false
        )
        packet.sequenceNumber = entry.sequenceNumber
        packet.position = entry.position
        packet.timestamp = header.timestamp.rawValue
        packet.payloadType = header.payloadType.rawValue
        packet.marker = header.marker
        packet.csrcCount = header.csrcCount
        packet.payloadOffset = header.length
        packet.payloadLength = bytes.byteCount - header.length
        packet.codec = publications[publication].codecs[codec.index].codec
        packet.summary = PayloadSummary(
            packet.codec,
            bytes.extracting(header.length..<bytes.byteCount)
        )
        return packet
    }

    /// A stream started again: its subscribers go on with its next key frame.
    private mutating func restart(_ stream: Int, at now: MonotonicTime) {
        counts.streamRestarts += 1
        detachSubscribers(of: stream)
        streams[stream].restart()
        retargetSubscribers(of: streams[stream].publication, at: now)
    }
}
