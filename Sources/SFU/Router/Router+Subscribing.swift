import RTP
public import Wire

extension Router {
    /// Forwards a publication to a participant from now on.
    ///
    /// - Parameter generator: Makes the first numbers of the outgoing stream.
    /// - Throws: ``RouterError/unknownParticipant``, ``RouterError/unknownPublication``, ``RouterError/differentRoom``,
    ///   ``RouterError/duplicateSSRC(_:)``.
    public mutating func subscribe(
        _ participant: ParticipantHandle,
        to publication: PublicationHandle,
        _ description: SubscriptionDescription,
        at now: MonotonicTime,
        using generator: inout some RandomNumberGenerator
    ) throws(RouterError) -> SubscriptionHandle {
        guard let owner = participants.index(of: participant.place) else { throw .unknownParticipant }
        guard let source = publications.index(of: publication.place) else { throw .unknownPublication }
        guard participants[publications[source].owner].room == participants[owner].room else { throw .differentRoom }
        for ssrc in [description.ssrc, description.retransmissionSSRC] {
            guard let ssrc else { continue }
            guard participants[owner].outgoing[ssrc] == nil, ssrc != participants[owner].controlSSRC else {
                throw .duplicateSSRC(ssrc.rawValue)
            }
        }
        guard description.ssrc != description.retransmissionSSRC else {
            throw .duplicateSSRC(description.ssrc.rawValue)
        }
        let index = subscriptions.insert(
            Subscription(
                owner: owner,
                publication: source,
                kind: publications[source].kind,
                description: description,
                using: &generator
            )
        )
        participants[owner].subscriptions.append(index)
        publications[source].subscriptions.append(index)
        participants[owner].outgoing.reserve(2 * participants[owner].subscriptions.count)
        _ = participants[owner].outgoing.bind(
            description.ssrc,
            to: SSRCBinding(index: index, isRetransmission: false)
        )
        if let ssrc = description.retransmissionSSRC {
            _ = participants[owner].outgoing.bind(ssrc, to: SSRCBinding(index: index, isRetransmission: true))
        }
        retarget(index, at: now)
        return subscriptionHandle(index)
    }

    /// Ends a subscription; its subscriber gets a goodbye.
    public mutating func unsubscribe(_ subscription: SubscriptionHandle, at now: MonotonicTime) {
        guard let index = subscriptions.index(of: subscription.place) else { return }
        let owner = subscriptions[index].owner
        if subscriptions[index].packetCount > 0, participants[owner].isReady {
            participants[owner].goodbyes.append(subscriptions[index].ssrc)
            if let ssrc = subscriptions[index].retransmissionSSRC, subscriptions[index].hasRetransmitted {
                participants[owner].goodbyes.append(ssrc)
            }
            schedule(owner, at: now)
        }
        participants[owner].subscriptions.removeAll { $0 == index }
        removeSubscription(index)
    }

    mutating func removeSubscription(_ index: Int) {
        let owner = subscriptions[index].owner
        let publication = subscriptions[index].publication
        participants[owner].outgoing.remove(subscriptions[index].ssrc)
        if let ssrc = subscriptions[index].retransmissionSSRC { participants[owner].outgoing.remove(ssrc) }
        publications[publication].subscriptions.removeAll { $0 == index }
        _ = subscriptions.remove(at: index)
        guard publications[publication].subscriptions.isEmpty else { return }
        // Nobody is left who could want one.
        for position in 0..<publications[publication].streams.count {
            streams[publications[publication].streams[position]].keyFrames.cancel()
        }
    }

    /// Stops forwarding until ``resume(_:at:)``. The stream goes on then with the next numbers, and a key frame.
    ///
    /// Paused Opus ends with frames of silence, so that the decoder's comfort noise comes to rest.
    public mutating func pause(_ subscription: SubscriptionHandle, at now: MonotonicTime) throws(RouterError) {
        guard let index = subscriptions.index(of: subscription.place) else { throw .unknownSubscription }
        guard !subscriptions[index].isPaused else { return }
        subscriptions[index].isPaused = true
        guard subscriptions[index].source != nil else { return }
        subscriptions[index].stop()
        events.append(.layerChanged(subscription, encoding: nil))
        guard subscriptions[index].kind == .audio else { return }
        subscriptions[index].silenceFrames = Limits.silenceFrameCount
        subscriptions[index].nextSilence = now + Limits.silenceFrameInterval
        schedule(subscriptions[index].owner, at: subscriptions[index].nextSilence)
    }

    public mutating func resume(_ subscription: SubscriptionHandle, at now: MonotonicTime) throws(RouterError) {
        guard let index = subscriptions.index(of: subscription.place) else { throw .unknownSubscription }
        guard subscriptions[index].isPaused else { return }
        subscriptions[index].isPaused = false
        subscriptions[index].nextSilence = .distantFuture
        retarget(index, at: now)
    }

    /// Forwards no encoding above `encoding` from now on, if there is another.
    public mutating func setMaximumEncoding(
        _ encoding: Int,
        of subscription: SubscriptionHandle,
        at now: MonotonicTime
    ) throws(RouterError) {
        guard let index = subscriptions.index(of: subscription.place) else { throw .unknownSubscription }
        subscriptions[index].selector.maximumEncoding = encoding
        retarget(index, at: now)
    }

    /// Asks for a key frame of what is forwarded, within the limits that all requests have.
    public mutating func requestKeyFrame(
        for subscription: SubscriptionHandle,
        at now: MonotonicTime
    ) throws(RouterError) {
        guard let index = subscriptions.index(of: subscription.place) else { throw .unknownSubscription }
        guard let stream = subscriptions[index].source ?? targetStream(of: index) else { return }
        wantKeyFrame(of: stream, at: now)
    }

    /// The stream that a subscription should get.
    func targetStream(of index: Int) -> Int? {
        guard let target = subscriptions[index].target else { return nil }
        let publication = subscriptions[index].publication
        guard target < publications[publication].streams.count else { return nil }
        return publications[publication].streams[target]
    }

    /// Finds out which encoding a subscription should get, and asks for the key frame that takes it there.
    mutating func retarget(_ index: Int, at now: MonotonicTime) {
        let publication = subscriptions[index].publication
        let source = subscriptions[index].source
        let current = source.map { streams[$0].encoding } ?? subscriptions[index].target
        subscriptions[index].target = subscriptions[index].selector.target(
            alive: publications[publication].alive,
            current: current
        )
        guard !subscriptions[index].isPaused, participants[subscriptions[index].owner].isReady,
            let target = targetStream(of: index), target != source, canStart(index, with: target)
        else { return }
        wantKeyFrame(of: target, at: now)
    }

    mutating func retargetSubscribers(of publication: Int, at now: MonotonicTime) {
        for position in 0..<publications[publication].subscriptions.count {
            retarget(publications[publication].subscriptions[position], at: now)
        }
    }

    /// True if a key frame of `stream` could be taken: while one layer plays, another has to wait until both have told what
    /// time it is.
    func canStart(_ index: Int, with stream: Int) -> Bool {
        guard subscriptions[index].timestamps.hasSent, let source = subscriptions[index].source, source != stream,
            streams[source].isAlive
        else { return true }
        return streams[source].clock != nil && streams[stream].clock != nil
    }

    /// Somebody wants a key frame. It is asked for when the participant that sends it is looked after, which is now if the
    /// limits allow it.
    mutating func wantKeyFrame(of stream: Int, at now: MonotonicTime) {
        let publication = streams[stream].publication
        guard publications[publication].acceptsKeyFrameRequests else { return }
        streams[stream].keyFrames.want(at: now)
        let owner = publications[publication].owner
        guard participants[owner].isReady, streams[stream].ssrc != nil, streams[stream].lastPacketAt != nil else {
            return
        }
        schedule(owner, at: streams[stream].keyFrames.nextDeadline)
    }
}
