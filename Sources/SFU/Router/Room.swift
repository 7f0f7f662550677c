/// People who can subscribe to each other.
struct Room: Sendable {
    let id: UInt64
    let maximumParticipantCount: Int
    /// Indices in the router.
    var participants: [Int] = []
}
