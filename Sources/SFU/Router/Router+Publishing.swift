import RTP
public import Wire

extension Router {
    /// Gets ready for a track that the participant is about to send.
    ///
    /// - Throws: ``RouterError/unknownParticipant``, and what is wrong with the description:
    ///   ``RouterError/duplicateMID``, ``RouterError/duplicateSSRC(_:)``, ``RouterError/encodingCount(_:)``,
    ///   ``RouterError/codecCount(_:)``, ``RouterError/clockRate(_:)``, ``RouterError/tooManyPublications(maximum:)``.
    public mutating func publish(
        _ participant: ParticipantHandle,
        _ description: PublicationDescription
    ) throws(RouterError) -> PublicationHandle {
        guard let owner = participants.index(of: participant.place) else { throw .unknownParticipant }
        try check(description, of: owner)
        var indices: [Int] = []
        let publicationIndex = publications.insert(Publication(owner: owner, description: description, streams: []))
        for (position, encoding) in description.encodings.enumerated() {
            indices.append(
                streams.insert(ReceiveStream(publication: publicationIndex, encoding: position, description: encoding))
            )
        }
        publications[publicationIndex].streams = indices
        participants[owner].publications.append(publicationIndex)
        participants[owner].extensionKinds.insert(description.extensions)
        if description.extensions.contains(where: { $0.kind == .transportSequenceNumber }) {
            participants[owner].feedback.activate()
        }
        // Whatever the packets bind later has its place now.
        let encodingCount = participants[owner].publications.reduce(0) { $0 + publications[$1].streams.count }
        participants[owner].incoming.reserve(2 * encodingCount)
        for (index, encoding) in zip(indices, description.encodings) {
            if let ssrc = encoding.ssrc { bind(ssrc, index, isRetransmission: false, of: owner) }
            if let ssrc = encoding.retransmissionSSRC { bind(ssrc, index, isRetransmission: true, of: owner) }
        }
        return publicationHandle(publicationIndex)
    }

    private func check(_ description: PublicationDescription, of owner: Int) throws(RouterError) {
        guard participants[owner].publications.count < Limits.publicationCount else {
            throw .tooManyPublications(maximum: Limits.publicationCount)
        }
        guard (1...Limits.encodingCount).contains(description.encodings.count) else {
            throw .encodingCount(description.encodings.count)
        }
        guard (1...64).contains(description.codecs.count) else { throw .codecCount(description.codecs.count) }
        for codec in description.codecs where !(1...Limits.maximumClockRate).contains(codec.clockRate) {
            throw .clockRate(codec.clockRate)
        }
        for other in participants[owner].publications where publications[other].mid == description.mid.identifier {
            throw .duplicateMID
        }
        var seen: [SSRC] = []
        for encoding in description.encodings {
            for ssrc in [encoding.ssrc, encoding.retransmissionSSRC] {
                guard let ssrc else { continue }
                guard !seen.contains(ssrc), participants[owner].incoming[ssrc] == nil else {
                    throw .duplicateSSRC(ssrc.rawValue)
                }
                seen.append(ssrc)
            }
        }
    }

    private mutating func bind(_ ssrc: SSRC, _ stream: Int, isRetransmission: Bool, of owner: Int) {
        let binding = SSRCBinding(index: stream, isRetransmission: isRetransmission)
        guard participants[owner].incoming.bind(ssrc, to: binding) else { return }
        participants[owner].forgetUnknown(ssrc)
    }

    /// Ends a publication: its subscriptions end, too, and their subscribers get a goodbye.
    public mutating func unpublish(_ publication: PublicationHandle, at now: MonotonicTime) {
        guard let index = publications.index(of: publication.place) else { return }
        for subscription in publications[index].subscriptions {
            events.append(.subscriptionEnded(subscriptionHandle(subscription)))
            let handle = subscriptionHandle(subscription)
            unsubscribe(handle, at: now)
        }
        let owner = publications[index].owner
        for position in 0..<publications[index].streams.count {
            let stream = publications[index].streams[position]
            if let ssrc = streams[stream].ssrc { participants[owner].incoming.remove(ssrc) }
            if let ssrc = streams[stream].retransmissionSSRC { participants[owner].incoming.remove(ssrc) }
            _ = streams.remove(at: stream)
        }
        participants[owner].publications.removeAll { $0 == index }
        events.append(.publicationEnded(publication))
        _ = publications.remove(at: index)
    }

    /// Finds the stream that a packet with an unknown SSRC belongs to, and binds the SSRC to it (RFC 8843 section 9.2): by
    /// MID and RID, or by a payload type that only one publication has.
    mutating func bindStream(
        _ header: RTPHeader,
        _ labels: StreamLabels,
        of owner: Int
    ) -> SSRCBinding? {
        guard
            let publication = labels.mid == nil
                ? publicationByPayloadType(header.payloadType, of: owner) : publicationByMID(labels.mid, of: owner),
            let codec = publications[publication].codec(of: header.payloadType)
        else { return nil }
        let rid = labels.repairedRID ?? labels.rid
        guard let stream = stream(of: publication, rid: rid) else { return nil }
        let isRetransmission = codec.isRetransmission
        if isRetransmission {
            if let former = streams[stream].retransmissionSSRC { participants[owner].incoming.remove(former) }
            streams[stream].retransmissionSSRC = header.ssrc
        } else {
            // Without a MID only a stream that nobody has is given away.
            if labels.mid == nil, streams[stream].ssrc != nil { return nil }
            if let former = streams[stream].ssrc {
                participants[owner].incoming.remove(former)
                detachSubscribers(of: stream)
            }
            streams[stream].bind(header.ssrc)
            setAlive(stream, false)
        }
        bind(header.ssrc, stream, isRetransmission: isRetransmission, of: owner)
        return SSRCBinding(index: stream, isRetransmission: isRetransmission)
    }

    private func publicationByMID(_ mid: StreamIdentifier?, of owner: Int) -> Int? {
        for position in 0..<participants[owner].publications.count {
            let publication = participants[owner].publications[position]
            if publications[publication].mid == mid { return publication }
        }
        return nil
    }

    private func publicationByPayloadType(_ payloadType: PayloadType, of owner: Int) -> Int? {
        var found: Int?
        for position in 0..<participants[owner].publications.count {
            let publication = participants[owner].publications[position]
            guard publications[publication].codec(of: payloadType) != nil else { continue }
            guard found == nil else { return nil }
            found = publication
        }
        return found
    }

    private func stream(of publication: Int, rid: StreamIdentifier?) -> Int? {
        let count = publications[publication].streams.count
        guard let rid else { return count == 1 ? publications[publication].streams[0] : nil }
        for position in 0..<count {
            let stream = publications[publication].streams[position]
            if streams[stream].rid == rid { return stream }
        }
        // A RID that nobody announced, of a track that has one stream: it can only be that.
        return count == 1 && streams[publications[publication].streams[0]].rid == nil
            ? publications[publication].streams[0] : nil
    }

    /// What subscribers got from a stream does not go on.
    mutating func detachSubscribers(of stream: Int) {
        let publication = streams[stream].publication
        for position in 0..<publications[publication].subscriptions.count {
            let subscription = publications[publication].subscriptions[position]
            guard subscriptions[subscription].source == stream else { continue }
            subscriptions[subscription].stop()
            subscriptions[subscription].sent.removeAll()
        }
    }

    /// An encoding has packets, or none any more: subscriptions may want another one.
    mutating func setAlive(_ stream: Int, _ isAlive: Bool) {
        guard streams[stream].isAlive != isAlive else { return }
        streams[stream].isAlive = isAlive
        let publication = streams[stream].publication
        let encoding = streams[stream].encoding
        if isAlive {
            publications[publication].alive |= 1 << UInt32(encoding)
            if let ssrc = streams[stream].ssrc {
                events.append(.encodingStarted(publicationHandle(publication), encoding: encoding, ssrc: ssrc))
            }
        } else {
            publications[publication].alive &= ~(1 << UInt32(encoding))
            streams[stream].keyFrames.cancel()
            events.append(.encodingEnded(publicationHandle(publication), encoding: encoding))
        }
    }
}
