import RTP
public import Wire

extension Router {
    /// Takes an RTCP packet, compound or of reduced size. What a subscriber says stays with its streams; nothing of it is passed
    /// on to the publisher as it is.
    ///
    /// - Parameter packet: Decrypted and authenticated, without anything behind it.
    public mutating func receiveRTCP<Sink: PacketSink & ~Copyable>(
        _ packet: RawSpan,
        from participant: ParticipantHandle,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        counts.receivedControlPackets += 1
        guard let owner = participants.index(of: participant.place) else {
            counts.strayPackets += 1
            return
        }
        var reader = RTCPReader()
        do throws(RTPError) {
            while let message = try reader.next(in: packet) {
                try receive(message, message.bytes(in: packet), from: owner, at: now, sink: &sink)
            }
        } catch {
            // What came before the break was taken.
            counts.malformedControlPackets += 1
        }
    }

    private mutating func receive<Sink: PacketSink & ~Copyable>(
        _ message: RTCPMessage,
        _ bytes: RawSpan,
        from owner: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) throws(RTPError) {
        switch (message.header.packetType, message.header.format) {
        case (.senderReport, _):
            let report = try SenderReport(parsing: bytes)
            receive(report, from: owner, at: now)
            for index in 0..<report.blockCount {
                if let block = report.block(index, in: bytes) { receive(block, from: owner, at: now) }
            }
        case (.receiverReport, _):
            let report = try ReceiverReport(parsing: bytes)
            for index in 0..<report.blockCount {
                if let block = report.block(index, in: bytes) { receive(block, from: owner, at: now) }
            }
        case (.sourceDescription, _):
            // Who the publisher is in RTCP is not told to subscribers: they see a name of ours.
            _ = try SourceDescription(parsing: bytes)
        case (.goodbye, _):
            let goodbye = try Goodbye(parsing: bytes)
            for index in 0..<goodbye.count {
                if let ssrc = goodbye.ssrc(index, in: bytes) { end(ssrc, of: owner, at: now) }
            }
        case (.transportFeedback, GenericNACK.format):
            var request = try GenericNACK(parsing: bytes)
            guard let binding = participants[owner].outgoing[request.media], !binding.isRetransmission else { return }
            while let number = request.next(in: bytes) {
                retransmit(number, to: binding.index, at: now, sink: &sink)
            }
        case (.transportFeedback, TransportFeedback.format):
            _ = try TransportFeedback(parsing: bytes)
            counts.transportFeedbackReceived += 1
        case (.payloadFeedback, PictureLossIndication.format):
            let request = try PictureLossIndication(parsing: bytes)
            keyFrameRequested(request.media, by: owner, at: now)
        case (.payloadFeedback, FullIntraRequest.format):
            let request = try FullIntraRequest(parsing: bytes)
            for index in 0..<request.count {
                guard let entry = request.entry(index, in: bytes) else { continue }
                fullIntraRequested(entry, sender: request.sender, by: owner, at: now)
            }
        case (.payloadFeedback, ReceiverEstimatedMaximumBitrate.format):
            // Other application layer feedback has the same format; it is none of ours.
            guard let estimate = try? ReceiverEstimatedMaximumBitrate(parsing: bytes) else {
                counts.ignoredControlMessages += 1
                return
            }
            guard participants[owner].receiveBitsPerSecond != estimate.bitsPerSecond else { return }
            participants[owner].receiveBitsPerSecond = estimate.bitsPerSecond
            events.append(.receiveEstimate(participantHandle(owner), bitsPerSecond: estimate.bitsPerSecond))
        case (.extendedReport, _):
            try receive(try ExtendedReport(parsing: bytes), bytes, from: owner, at: now)
        default:
            counts.ignoredControlMessages += 1
        }
    }

    private mutating func receive(_ report: SenderReport, from owner: Int, at now: MonotonicTime) {
        guard let binding = participants[owner].incoming[report.sender], !binding.isRetransmission else { return }
        let stream = binding.index
        let isFirst = streams[stream].clock == nil
        streams[stream].clock = ReceiveStream.ClockReference(
            ntp: report.ntp.rawValue,
            timestamp: report.timestamp.rawValue,
            receivedAt: now
        )
        // A layer whose clock was not known yet can be switched to now.
        if isFirst { retargetSubscribers(of: streams[stream].publication, at: now) }
    }

    private mutating func receive(_ block: ReportBlock, from owner: Int, at now: MonotonicTime) {
        guard let binding = participants[owner].outgoing[block.ssrc] else { return }
        // From here on the subscriber knows which media section the stream belongs to.
        if binding.isRetransmission {
            subscriptions[binding.index].isRetransmissionAcknowledged = true
            return
        }
        subscriptions[binding.index].isAcknowledged = true
        if let roundTrip = subscriptions[binding.index].clock.roundTripTime(block, at: now) {
            participants[owner].measured(roundTrip)
        }
    }

    /// The publisher ends a stream. Others of it, and the publication, live on.
    private mutating func end(_ ssrc: SSRC, of owner: Int, at now: MonotonicTime) {
        guard let binding = participants[owner].incoming[ssrc] else { return }
        participants[owner].incoming.remove(ssrc)
        let stream = binding.index
        if binding.isRetransmission {
            streams[stream].retransmissionSSRC = nil
            return
        }
        streams[stream].ssrc = nil
        streams[stream].lastPacketAt = nil
        detachSubscribers(of: stream)
        streams[stream].restart()
        setAlive(stream, false)
        retargetSubscribers(of: streams[stream].publication, at: now)
    }

    private mutating func receive(
        _ report: ExtendedReport,
        _ bytes: RawSpan,
        from owner: Int,
        at now: MonotonicTime
    ) throws(RTPError) {
        var report = report
        let sender = report.sender
        while let block = try report.next(in: bytes) {
            let contents = bytes.extracting(block.range)
            switch block.type {
            case ExtendedReport.receiverReferenceTime:
                guard let time = try? ReceiverReferenceTime(parsing: contents) else { continue }
                participants[owner].referenceTime = Participant.ReferenceTime(
                    receiver: sender,
                    middle: time.ntp.middle,
                    receivedAt: now
                )
            case ExtendedReport.delaySinceLastReceiverReport:
                for index in 0..<DelaySinceLastReceiverReport.count(in: contents) {
                    guard let answer = try? DelaySinceLastReceiverReport(parsing: contents, index),
                        answer.receiver == participants[owner].controlSSRC, answer.lastReceiverReport != 0
                    else { continue }
                    let units = NTPTimestamp(localTime: now).middle &- answer.lastReceiverReport &- answer.delay
                    let roundTrip = TimeInterval(nanoseconds: (Int64(units) * 1_000_000_000) >> 16)
                    guard roundTrip > .zero, roundTrip <= Limits.maximumRoundTripTime else { continue }
                    participants[owner].measured(roundTrip)
                }
            default: break
            }
        }
    }

    private mutating func keyFrameRequested(_ media: SSRC, by owner: Int, at now: MonotonicTime) {
        guard let binding = participants[owner].outgoing[media], !binding.isRetransmission,
            !subscriptions[binding.index].isPaused,
            let stream = subscriptions[binding.index].source ?? targetStream(of: binding.index)
        else { return }
        // A request that a key frame crossed on the way is about what was before it.
        if let last = subscriptions[binding.index].lastKeyFrame, now - last < participants[owner].roundTripTime {
            return
        }
        if subscriptions[binding.index].kind == .video {
            subscriptions[binding.index].retransmissionsResume = now + Limits.retransmissionPause
        }
        wantKeyFrame(of: stream, at: now)
    }

    private mutating func fullIntraRequested(
        _ entry: FullIntraRequest.Entry,
        sender: SSRC,
        by owner: Int,
        at now: MonotonicTime
    ) {
        guard let binding = participants[owner].outgoing[entry.ssrc], !binding.isRetransmission else { return }
        // The same number from the same sender is a repetition of a request that was taken (RFC 5104 section 4.3.1.1).
        let key = FullIntraRequest.Entry(ssrc: sender, sequenceNumber: entry.sequenceNumber)
        guard subscriptions[binding.index].lastFullIntraRequest != key else { return }
        subscriptions[binding.index].lastFullIntraRequest = key
        keyFrameRequested(entry.ssrc, by: owner, at: now)
    }

    /// Answers a request for one packet, over the stream of retransmissions.
    private mutating func retransmit<Sink: PacketSink & ~Copyable>(
        _ number: SequenceNumber,
        to index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        counts.requestedRetransmissions += 1
        let publication = subscriptions[index].publication
        let owner = subscriptions[index].owner
        let extended = ExtendedSequenceNumber(subscriptions[index].sequence.highestOutput).nearest(number).rawValue
        // A number that was left out, or is too old, is no loss: nobody is asked for it.
        guard
            let slot = subscriptions[index].sent.slot(of: extended),
            let entry = publications[publication].ring.entry(at: subscriptions[index].sent[slot].position),
            var packet = reread(entry, of: publication)
        else {
            counts.missedRetransmissions += 1
            return
        }
        var record = subscriptions[index].sent[slot]
        let interval = max(participants[owner].roundTripTime, Limits.minimumRetransmissionInterval)
        guard participants[owner].isReady, !subscriptions[index].isPaused,
            now >= subscriptions[index].retransmissionsResume,
            let ssrc = subscriptions[index].retransmissionSSRC,
            record.retransmissionCount < Limits.retransmissionsPerPacket,
            record.retransmissionCount == 0 || now - record.lastRetransmission >= interval,
            adapt(&packet, publications[publication].ring.bytes(of: entry), for: index) != nil,
            let payloadType = subscriptions[index].retransmissionPayloadType(for: packet.payloadType),
            subscriptions[index].budget.take(Int(entry.length))
        else {
            counts.refusedRetransmissions += 1
            return
        }
        let wantsNumber = subscriptions[index].format.id(.transportSequenceNumber) != 0
        let fields = OutgoingFields(
            ssrc: ssrc,
            payloadType: payloadType,
            sequenceNumber: subscriptions[index].retransmissionSequenceNumber,
            timestamp: record.timestamp,
            picture: record.picture,
            writesMID: subscriptions[index].alwaysSendsMID || !subscriptions[index].isRetransmissionAcknowledged,
            transportSequenceNumber: wantsNumber ? participants[owner].takeTransportSequenceNumber() : nil,
            sendTime: now,
            originalSequenceNumber: number.rawValue
        )
        let byteCount = Self.send(
            packet,
            publications[publication].ring.bytes(of: entry),
            fields,
            outgoing(fields, to: index),
            format: subscriptions[index].format,
            sink: &sink
        )
        guard count(byteCount) else { return }
        subscriptions[index].retransmissionSequenceNumber &+= 1
        subscriptions[index].hasRetransmitted = true
        record.retransmissionCount += 1
        record.lastRetransmission = now
        subscriptions[index].sent[slot] = record
        counts.sentRetransmissions += 1
    }
}

extension NTPTimestamp {
    /// A date for those who only measure time with it: the clock of the shard, from an arbitrary start.
    init(localTime now: MonotonicTime) {
        self.init(
            unixSeconds: now.nanoseconds / 1_000_000_000,
            nanoseconds: UInt32(truncatingIfNeeded: now.nanoseconds % 1_000_000_000)
        )
    }
}
