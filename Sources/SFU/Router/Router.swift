import RTP
public import Wire

/// The rooms of one shard and the media in them: who gets which packets, and how they look on the way out.
///
/// It is stepped from outside and does no I/O. Feed it with ``receiveRTP(_:from:at:sink:)`` and
/// ``receiveRTCP(_:from:at:sink:)``, whose packets are decrypted; it writes what it sends into the slots of a ``PacketSink``.
/// After each call look at ``nextDeadline``: when that time has come, also when it is now, call ``advance(to:sink:)``. Then
/// fetch events with ``nextEvent()``.
///
/// Calls that take packets allocate nothing; what grows, grows when somebody joins, publishes or subscribes.
public struct Router: ~Copyable {
    var rooms = Pool<Room>()
    var participants = Pool<Participant>()
    var publications = Pool<Publication>()
    var streams = Pool<ReceiveStream>()
    var subscriptions = Pool<Subscription>()
    var events = EventQueue(capacity: Limits.eventCount)
    var counts = RouterCounters()

    /// Participants by the time when something is to be done for them.
    var deadlines = DeadlineQueue<Int>(minimumCapacity: 1024)
    // Space that the packet path uses and leaves empty.
    var numbers: [SequenceNumber] = []
    var arrivals: [PacketArrival] = []
    var blocks: [ReportBlock] = []

    public init() {
        numbers.reserveCapacity(Limits.missingPacketCount)
        arrivals.reserveCapacity(Limits.feedbackWindow)
        blocks.reserveCapacity(31)
    }

    public var counters: RouterCounters {
        var counters = counts
        counters.droppedEvents = events.droppedCount
        return counters
    }

    public var roomCount: Int { rooms.count }
    public var participantCount: Int { participants.count }

    /// The oldest event that was not fetched yet.
    public mutating func nextEvent() -> RouterEvent? {
        events.popFirst()
    }

    /// When to call ``advance(to:sink:)``, if ever.
    public var nextDeadline: MonotonicTime? { deadlines.nextDeadline }

    /// Does what is due at `now`: reports, feedback, requests for packets and for key frames.
    public mutating func advance<Sink: PacketSink & ~Copyable>(to now: MonotonicTime, sink: inout Sink) {
        while let index = deadlines.popFirst(dueAt: now) {
            // An entry of one that has left, or one that a later entry has made useless.
            guard participants.isOccupied(index), participants[index].scheduledAt <= now else { continue }
            participants[index].scheduledAt = .distantFuture
            service(index, at: now, sink: &sink)
            // Never twice at the same time: what could not be done now has to wait a little.
            schedule(index, at: max(deadline(of: index), now + .milliseconds(1)))
        }
    }

    /// Makes sure that the participant is looked after at `deadline`.
    mutating func schedule(_ index: Int, at deadline: MonotonicTime) {
        guard deadline < participants[index].scheduledAt else { return }
        participants[index].scheduledAt = deadline
        deadlines.insert(index, at: deadline)
    }

    /// When something is to be done for a participant.
    private func deadline(of index: Int) -> MonotonicTime {
        var deadline = min(participants[index].nextReport, participants[index].nextEncodingCheck)
        guard participants[index].isReady else { return deadline }
        deadline = min(deadline, participants[index].feedback.nextDeadline)
        for subscription in participants[index].subscriptions {
            deadline = min(deadline, subscriptions[subscription].nextSilence)
        }
        for publication in participants[index].publications {
            for position in 0..<publications[publication].streams.count {
                let stream = publications[publication].streams[position]
                guard streams[stream].ssrc != nil, streams[stream].lastPacketAt != nil else { continue }
                deadline = min(deadline, streams[stream].keyFrames.nextDeadline)
                deadline = min(deadline, streams[stream].missing.nextDeadline)
            }
        }
        return deadline
    }

    func participantHandle(_ index: Int) -> ParticipantHandle {
        ParticipantHandle(place: participants.handle(at: index))
    }

    func publicationHandle(_ index: Int) -> PublicationHandle {
        PublicationHandle(place: publications.handle(at: index))
    }

    func subscriptionHandle(_ index: Int) -> SubscriptionHandle {
        SubscriptionHandle(place: subscriptions.handle(at: index))
    }
}
