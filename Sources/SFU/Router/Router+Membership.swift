public import RTP
public import Wire

extension Router {
    /// - Parameters:
    ///   - id: The caller's name for the room; the router does not look at it.
    ///   - maximumParticipantCount: Joins beyond that are refused.
    public mutating func createRoom(id: UInt64, maximumParticipantCount: Int = .max) -> RoomHandle {
        let index = rooms.insert(Room(id: id, maximumParticipantCount: maximumParticipantCount))
        return RoomHandle(place: rooms.handle(at: index))
    }

    /// Makes everybody leave and ends the room. A room that is gone is none of our concern.
    public mutating func closeRoom(_ room: RoomHandle, at now: MonotonicTime) {
        guard let index = rooms.index(of: room.place) else { return }
        for participant in rooms[index].participants { leave(participantHandle(participant), at: now) }
        _ = rooms.remove(at: index)
    }

    /// How many are in the room, or nil when it is gone.
    public func participantCount(in room: RoomHandle) -> Int? {
        rooms.index(of: room.place).map { rooms[$0].participants.count }
    }

    /// Lets somebody in.
    ///
    /// - Parameters:
    ///   - id: The caller's name for the participant, unique in the room.
    ///   - generator: Makes the names that the participant sees in RTCP.
    /// - Throws: ``RouterError/unknownRoom``, ``RouterError/roomFull(maximum:)``, ``RouterError/duplicateParticipant(_:)``.
    public mutating func join(
        _ room: RoomHandle,
        id: UInt64,
        options: ParticipantOptions = ParticipantOptions(),
        at now: MonotonicTime,
        using generator: inout some RandomNumberGenerator
    ) throws(RouterError) -> ParticipantHandle {
        guard let roomIndex = rooms.index(of: room.place) else { throw .unknownRoom }
        let maximum = rooms[roomIndex].maximumParticipantCount
        guard rooms[roomIndex].participants.count < maximum else { throw .roomFull(maximum: maximum) }
        for other in rooms[roomIndex].participants where participants[other].id == id {
            throw .duplicateParticipant(id)
        }
        // Random and short, as RFC 7022 section 4.2 wants it.
        let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        let name = (0..<16).map { _ in letters[Int(generator.next() & 31)] }
        let index = participants.insert(
            Participant(
                id: id,
                room: roomIndex,
                options: options,
                controlSSRC: SSRC(UInt32.random(in: 1 ... .max, using: &generator)),
                canonicalName: name,
                at: now
            )
        )
        rooms[roomIndex].participants.append(index)
        schedule(index, at: min(participants[index].nextReport, participants[index].nextEncodingCheck))
        return participantHandle(index)
    }

    /// Ends what the participant publishes and is subscribed to, and forgets it.
    public mutating func leave(_ participant: ParticipantHandle, at now: MonotonicTime) {
        guard let index = participants.index(of: participant.place) else { return }
        for publication in participants[index].publications { unpublish(publicationHandle(publication), at: now) }
        for subscription in participants[index].subscriptions { removeSubscription(subscription) }
        let room = participants[index].room
        rooms[room].participants.removeAll { $0 == index }
        _ = participants.remove(at: index)
    }

    /// The participant's DTLS handshake is complete: from here on packets can be sent. Key frames for what it is subscribed to
    /// are asked for now, since before they would have been wasted.
    public mutating func setReady(_ participant: ParticipantHandle, at now: MonotonicTime) {
        guard let index = participants.index(of: participant.place), !participants[index].isReady else { return }
        participants[index].isReady = true
        for subscription in participants[index].subscriptions {
            retarget(subscription, at: now)
        }
        schedule(index, at: now)
    }

    /// An SSRC that the participant does not get packets of yet.
    public func makeSSRC(
        for participant: ParticipantHandle,
        using generator: inout some RandomNumberGenerator
    ) throws(RouterError) -> SSRC {
        guard let index = participants.index(of: participant.place) else { throw .unknownParticipant }
        while true {
            let ssrc = SSRC(UInt32.random(in: 1 ... .max, using: &generator))
            guard participants[index].outgoing[ssrc] == nil, participants[index].incoming[ssrc] == nil,
                ssrc != participants[index].controlSSRC
            else { continue }
            return ssrc
        }
    }

    /// The round trip to a participant, smoothed; a guess before the first measurement.
    public func roundTripTime(of participant: ParticipantHandle) -> TimeInterval? {
        participants.index(of: participant.place).map { participants[$0].roundTripTime }
    }
}
