/// A room of a ``Router``. Like all handles it goes stale when the thing ends, and then names nothing.
public struct RoomHandle: Hashable, Sendable, BitwiseCopyable {
    let place: PoolHandle
}

/// Somebody in a room.
public struct ParticipantHandle: Hashable, Sendable, BitwiseCopyable {
    let place: PoolHandle

    /// A small number that no other participant of the router has at the same time: an index for tables beside it.
    public var index: Int { Int(place.index) }
}

/// A track that a participant sends.
public struct PublicationHandle: Hashable, Sendable, BitwiseCopyable {
    let place: PoolHandle
}

/// A track that a participant gets.
public struct SubscriptionHandle: Hashable, Sendable, BitwiseCopyable {
    let place: PoolHandle
}
