/// What the peer is told when something it sent cannot be done.
public struct SignalingError: Error, Equatable, Sendable {
    /// The names are part of the protocol.
    public enum Code: String, Sendable, CaseIterable {
        case invalidMessage = "invalid_message"
        case invalidJoin = "invalid_join"
        case roomMismatch = "room_mismatch"
        case joinFailed = "join_failed"
        case unknownMessage = "unknown_message"
        case invalidOffer = "invalid_offer"
        case offerFailed = "offer_failed"
        case invalidAnswer = "invalid_answer"
        case invalidCandidate = "invalid_candidate"
        case invalidState = "invalid_state"
        case rateLimited = "rate_limited"
        case relayRequired = "relay_required"
    }

    public var code: Code
    /// One sentence for a person.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension SignalingError {
    public static let malformedJSON = SignalingError(.invalidMessage, "malformed JSON")
    public static let joinFirst = SignalingError(.invalidMessage, "first message must be join")
    public static let incompleteJoin = SignalingError(.invalidJoin, "roomId and userId required")
    public static let joinTimeout = SignalingError(.invalidJoin, "no join within 10 s")
    public static let badRoomID = SignalingError(
        .invalidJoin,
        "a room id is 1 to 128 printable ASCII characters without blanks"
    )
    public static let roomMismatch = SignalingError(.roomMismatch, "this connection is for another room")
    public static let roomFull = SignalingError(.joinFailed, "room is full")
    public static let roomClosed = SignalingError(.joinFailed, "room is closed")
    public static let roomNotFound = SignalingError(.joinFailed, "room not found")
    public static let draining = SignalingError(.joinFailed, "server draining")
    public static let rateLimited = SignalingError(.rateLimited, "too many offers and candidates")
    public static let relayRequired = SignalingError(
        .relayRequired,
        "no relayed candidate: fetch TURN credentials and use iceTransportPolicy relay"
    )
}
