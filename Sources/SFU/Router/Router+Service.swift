import RTP
import Wire

/// How long a control packet may become: a datagram that fits every path, with room for SRTCP and TURN around it.
private let controlByteCount = 1200

extension Router {
    /// Does what is due for a participant: asks it for packets and key frames, tells it what arrived.
    mutating func service<Sink: PacketSink & ~Copyable>(_ index: Int, at now: MonotonicTime, sink: inout Sink) {
        if participants[index].nextEncodingCheck <= now {
            participants[index].nextEncodingCheck = now + Limits.encodingCheckInterval
            checkEncodings(of: index, at: now)
        }
        let reportIsDue = participants[index].nextReport <= now
        if reportIsDue { participants[index].nextReport = now + Limits.reportInterval }
        guard participants[index].isReady else { return }
        for position in 0..<participants[index].publications.count {
            let publication = participants[index].publications[position]
            for place in 0..<publications[publication].streams.count {
                let stream = publications[publication].streams[place]
                guard streams[stream].ssrc != nil, streams[stream].lastPacketAt != nil else { continue }
                requestKeyFrame(of: stream, from: index, at: now, sink: &sink)
                requestMissing(of: stream, from: index, at: now, sink: &sink)
            }
        }
        if participants[index].feedback.nextDeadline <= now { sendTransportFeedback(to: index, at: now, sink: &sink) }
        if !participants[index].goodbyes.isEmpty { sendGoodbyes(to: index, sink: &sink) }
        for position in 0..<participants[index].subscriptions.count {
            let subscription = participants[index].subscriptions[position]
            guard subscriptions[subscription].nextSilence <= now else { continue }
            sendSilence(to: subscription, at: now, sink: &sink)
        }
        if reportIsDue {
            sendSenderReports(to: index, at: now, sink: &sink)
            sendReceiverReport(to: index, at: now, sink: &sink)
        }
    }

    private func control(to index: Int) -> OutgoingPacket {
        OutgoingPacket(
            destination: participantHandle(index),
            kind: .control,
            ssrc: participants[index].controlSSRC,
            maximumByteCount: controlByteCount
        )
    }

    private mutating func commit<Sink: PacketSink & ~Copyable>(
        _ packet: OutgoingPacket,
        _ byteCount: Int,
        sink: inout Sink
    ) {
        guard byteCount > 0 else { return }
        sink.commit(packet, byteCount: byteCount)
        counts.sentControlPackets += 1
    }

    /// What has to stand before feedback for participants that want compound packets (RFC 3550 section 6.1): an empty report
    /// and our name.
    private func writePrefix(to index: Int, _ bytes: inout MutableRawSpan) throws(RTPError) -> Int {
        guard !participants[index].options.reducedSizeRTCP else { return 0 }
        let sender = participants[index].controlSSRC
        let count = try ReceiverReport(sender: sender).write(to: &bytes)
        return try count
            + SourceDescription.write(
                canonicalName: participants[index].canonicalName.rawSpan,
                of: sender,
                to: &bytes,
                at: count
            )
    }

    private mutating func requestKeyFrame<Sink: PacketSink & ~Copyable>(
        of stream: Int,
        from index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        guard let ssrc = streams[stream].ssrc,
            streams[stream].keyFrames.advance(to: now, roundTripTime: participants[index].roundTripTime)
        else { return }
        counts.keyFrameRequests += 1
        let packet = control(to: index)
        var slot = sink.slot(for: packet)
        guard slot.byteCount >= controlByteCount else { return }
        let request = PictureLossIndication(sender: participants[index].controlSSRC, media: ssrc)
        var count = 0
        do throws(RTPError) {
            count = try writePrefix(to: index, &slot)
            count += try request.write(to: &slot, at: count)
        } catch { return }
        commit(packet, count, sink: &sink)
    }

    private mutating func requestMissing<Sink: PacketSink & ~Copyable>(
        of stream: Int,
        from index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        guard let ssrc = streams[stream].ssrc, streams[stream].missing.nextDeadline <= now else { return }
        numbers.removeAll(keepingCapacity: true)
        let interval = max(participants[index].roundTripTime, .milliseconds(40))
        streams[stream].missing.collect(at: now, interval: interval, into: &numbers)
        guard !numbers.isEmpty else { return }
        counts.requestedPackets += UInt64(numbers.count)
        let packet = control(to: index)
        var slot = sink.slot(for: packet)
        guard slot.byteCount >= controlByteCount else { return }
        var count = 0
        do throws(RTPError) {
            count = try writePrefix(to: index, &slot)
            // 256 numbers take 1036 bytes at worst.
            count += try GenericNACK.write(
                numbers.span,
                sender: participants[index].controlSSRC,
                media: ssrc,
                limit: controlByteCount - count,
                to: &slot,
                at: count
            ).length
        } catch { return }
        commit(packet, count, sink: &sink)
    }

    private mutating func sendTransportFeedback<Sink: PacketSink & ~Copyable>(
        to index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        let packet = control(to: index)
        var slot = sink.slot(for: packet)
        guard slot.byteCount >= controlByteCount else { return }
        guard var count = try? writePrefix(to: index, &slot) else { return }
        // Feedback is about the transport; the stream named in it is only a form.
        var media = SSRC(0)
        if let publication = participants[index].publications.first {
            media = streams[publications[publication].streams[0]].ssrc ?? media
        }
        let length = participants[index].feedback.write(
            sender: participants[index].controlSSRC,
            media: media,
            at: now,
            scratch: &arrivals,
            to: &slot,
            offset: count,
            limit: controlByteCount - count
        )
        guard length > 0 else { return }
        count += length
        counts.transportFeedbackSent += 1
        commit(packet, count, sink: &sink)
    }

    /// Says goodbye for streams that ended.
    private mutating func sendGoodbyes<Sink: PacketSink & ~Copyable>(to index: Int, sink: inout Sink) {
        let packet = control(to: index)
        var slot = sink.slot(for: packet)
        guard slot.byteCount >= controlByteCount else { return }
        let taken = min(31, participants[index].goodbyes.count)
        var count = 0
        do throws(RTPError) {
            count = try writePrefix(to: index, &slot)
            count += try Goodbye.write(
                participants[index].goodbyes.span.extracting(0..<taken),
                to: &slot,
                at: count
            )
        } catch { return }
        commit(packet, count, sink: &sink)
        participants[index].goodbyes.removeFirst(taken)
        if !participants[index].goodbyes.isEmpty { sendGoodbyes(to: index, sink: &sink) }
    }

    /// Reports about the streams that the participant gets: a sender report each, with the name that all have.
    private mutating func sendSenderReports<Sink: PacketSink & ~Copyable>(
        to index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        var position = 0
        while position < participants[index].subscriptions.count {
            let packet = control(to: index)
            var slot = sink.slot(for: packet)
            guard slot.byteCount >= controlByteCount else { return }
            var count = 0
            while position < participants[index].subscriptions.count, count + 80 <= controlByteCount {
                let subscription = participants[index].subscriptions[position]
                position += 1
                guard let report = makeSenderReport(subscription, at: now) else { continue }
                do throws(RTPError) {
                    count += try report.write(to: &slot, at: count)
                    count += try SourceDescription.write(
                        canonicalName: participants[index].canonicalName.rawSpan,
                        of: report.sender,
                        to: &slot,
                        at: count
                    )
                } catch { break }
            }
            commit(packet, count, sink: &sink)
        }
    }

    /// The publisher's clock on the subscriber's timestamps, with counts of ours. Nil before the first packet, and after a
    /// switch until the publisher has said what time it is.
    private mutating func makeSenderReport(_ index: Int, at now: MonotonicTime) -> SenderReport? {
        guard subscriptions[index].packetCount > 0, let source = subscriptions[index].source,
            let clock = streams[source].clock, clock.receivedAt >= subscriptions[index].clockValidFrom,
            let (ntp, timestamp) = subscriptions[index].clock.report(
                from: clock,
                offset: subscriptions[index].timestamps.offset,
                clockRate: publications[subscriptions[index].publication].clockRate,
                at: now
            )
        else { return nil }
        return SenderReport(
            sender: subscriptions[index].ssrc,
            ntp: ntp,
            timestamp: timestamp,
            packetCount: subscriptions[index].packetCount,
            octetCount: subscriptions[index].octetCount
        )
    }

    /// Reports about the streams that the participant sends, as they arrived here.
    private mutating func sendReceiverReport<Sink: PacketSink & ~Copyable>(
        to index: Int,
        at now: MonotonicTime,
        sink: inout Sink
    ) {
        guard !participants[index].publications.isEmpty || participants[index].referenceTime != nil else { return }
        collectBlocks(of: index, at: now)
        let packet = control(to: index)
        var slot = sink.slot(for: packet)
        guard slot.byteCount >= controlByteCount else { return }
        let sender = participants[index].controlSSRC
        var count = 0
        do throws(RTPError) {
            count = try ReceiverReport(sender: sender).write(blocks: blocks.span, to: &slot)
            count += try SourceDescription.write(
                canonicalName: participants[index].canonicalName.rawSpan,
                of: sender,
                to: &slot,
                at: count
            )
            if !participants[index].publications.isEmpty {
                count += try ReceiverReferenceTime(ntp: NTPTimestamp(localTime: now))
                    .write(sender: sender, to: &slot, at: count)
            }
            if let time = participants[index].referenceTime {
                participants[index].referenceTime = nil
                let delay = (now - time.receivedAt).nanoseconds << 16 / 1_000_000_000
                let answer = DelaySinceLastReceiverReport(
                    receiver: time.receiver,
                    lastReceiverReport: time.middle,
                    delay: UInt32(clamping: delay)
                )
                let answers: InlineArray<1, DelaySinceLastReceiverReport> = [answer]
                count += try DelaySinceLastReceiverReport.write(answers.span, sender: sender, to: &slot, at: count)
            }
            count += try writeEstimate(to: index, &slot, at: count)
        } catch { return }
        commit(packet, count, sink: &sink)
    }

    private mutating func collectBlocks(of index: Int, at now: MonotonicTime) {
        blocks.removeAll(keepingCapacity: true)
        var worst: UInt8 = 0
        for position in 0..<participants[index].publications.count {
            let publication = participants[index].publications[position]
            for place in 0..<publications[publication].streams.count {
                let stream = publications[publication].streams[place]
                guard let ssrc = streams[stream].ssrc, !streams[stream].statistics.isEmpty, blocks.count < 31 else {
                    continue
                }
                var block = streams[stream].statistics.report(ssrc: ssrc)
                if let clock = streams[stream].clock {
                    block.lastSenderReport = NTPTimestamp(clock.ntp).middle
                    block.delaySinceLastSenderReport = UInt32(
                        clamping: (now - clock.receivedAt).nanoseconds << 16 / 1_000_000_000
                    )
                }
                worst = max(worst, block.fractionLost)
                blocks.append(block)
            }
        }
        guard !blocks.isEmpty else { return }
        participants[index].estimate.update(
            fractionLost: worst,
            maximum: participants[index].options.maximumReceiveBitsPerSecond
        )
    }

    /// REMB, for participants that get no transport-wide feedback: their encoders would stay where they started.
    private func writeEstimate(
        to index: Int,
        _ bytes: inout MutableRawSpan,
        at offset: Int
    ) throws(RTPError) -> Int {
        let options = participants[index].options
        let hasFeedback =
            options.transportFeedback && participants[index].extensionKinds.contains(.transportSequenceNumber)
        guard options.receiverEstimate, !hasFeedback, !blocks.isEmpty else { return 0 }
        var ssrcs = InlineArray<31, SSRC>(repeating: SSRC(0))
        for (position, block) in blocks.enumerated() { ssrcs[position] = block.ssrc }
        return try ReceiverEstimatedMaximumBitrate.write(
            bitsPerSecond: participants[index].estimate.bitsPerSecond,
            streams: ssrcs.span.extracting(0..<blocks.count),
            sender: participants[index].controlSSRC,
            to: &bytes,
            at: offset
        )
    }

    /// Notices encodings that stopped, so that subscriptions fall back to another one of the publication.
    private mutating func checkEncodings(of index: Int, at now: MonotonicTime) {
        for position in 0..<participants[index].publications.count {
            let publication = participants[index].publications[position]
            // A track with one stream may well be silent, and there is nothing to fall back to.
            guard publications[publication].streams.count > 1 else { continue }
            var hasChanged = false
            for place in 0..<publications[publication].streams.count {
                let stream = publications[publication].streams[place]
                guard streams[stream].isAlive, let last = streams[stream].lastPacketAt,
                    now - last > Limits.encodingTimeout
                else { continue }
                setAlive(stream, false)
                hasChanged = true
            }
            if hasChanged { retargetSubscribers(of: publication, at: now) }
        }
    }
}
