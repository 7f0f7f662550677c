public import Wire

/// From the upgrade of a connection to its join: who enters which room, and when it is too late.
public struct Entrance: Sendable {
    public enum Action: Equatable, Sendable {
        /// Enter, then handle the message that made it happen, if there is one.
        case join(roomID: String, userID: String, then: ClientMessage?)
        /// The connection has joined: the message is for the session.
        case handle(ClientMessage)
        case ignore
        /// Tell the peer, and close the connection if `closes`.
        case refuse(SignalingError, closes: Bool)
    }

    /// How long a client may take to join.
    public static let timeout = TimeInterval.seconds(10)
    /// How long a client that named its room in the URL may stay silent before it joins without a word.
    public static let silence = TimeInterval.milliseconds(500)

    /// When ``advance(to:)`` has something to do.
    public private(set) var nextDeadline: MonotonicTime
    /// The room of the connection once it has joined.
    public private(set) var roomID: String?
    private let roomInURL: String?
    private let roomInToken: String?
    private let userInToken: String?
    private var isOver = false

    public init(roomInURL: String?, roomInToken: String?, userInToken: String?, at now: MonotonicTime) {
        self.roomInURL = roomInURL
        self.roomInToken = roomInToken
        self.userInToken = userInToken
        // Without a user nobody can join silently: a join frame has to name one.
        nextDeadline = now + (roomInURL != nil && userInToken != nil ? Self.silence : Self.timeout)
    }

    /// - Parameter byteCount: of the frame, of which a join may have few.
    public mutating func receive(_ message: ClientMessage, byteCount: Int) -> Action {
        guard !isOver else { return .ignore }
        if let roomID {
            guard case .join(let join) = message else { return .handle(message) }
            return join.roomID == nil || join.roomID == roomID ? .ignore : .refuse(.roomMismatch, closes: false)
        }
        if case .join(let join) = message {
            guard byteCount <= ClientMessage.maximumJoinBytes else { return refuse(.incompleteJoin) }
            if let room = roomInURL, let asked = join.roomID, asked != room { return refuse(.roomMismatch) }
            return enter(join.roomID ?? roomInURL, userInToken ?? join.userID, then: nil)
        }
        guard roomInURL != nil else { return refuse(.joinFirst) }
        return enter(roomInURL, userInToken, then: message)
    }

    /// A frame that could not be read.
    public mutating func receive(_ error: SignalingError) -> Action {
        guard !isOver else { return .ignore }
        return roomID == nil ? refuse(error) : .refuse(error, closes: false)
    }

    public mutating func advance(to now: MonotonicTime) -> Action {
        guard !isOver, roomID == nil, now >= nextDeadline else { return .ignore }
        guard roomInURL != nil, userInToken != nil else { return refuse(.joinTimeout) }
        return enter(roomInURL, userInToken, then: nil)
    }

    private mutating func enter(_ roomID: String?, _ userID: String?, then message: ClientMessage?) -> Action {
        guard let roomID, let userID else { return refuse(.incompleteJoin) }
        guard Self.isRoomID(roomID) else { return refuse(.badRoomID) }
        if let allowed = roomInToken, allowed != roomID { return refuse(.roomMismatch) }
        self.roomID = roomID
        nextDeadline = .distantFuture
        return .join(roomID: roomID, userID: userID, then: message)
    }

    private mutating func refuse(_ error: SignalingError) -> Action {
        isOver = true
        nextDeadline = .distantFuture
        return .refuse(error, closes: true)
    }

    /// 1 to 128 printable ASCII characters without blanks.
    public static func isRoomID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
