/// A frame from a client, in any of the forms that Orama's clients use: fields under `data` or beside `type`,
/// descriptions and candidates as text or as the object that a browser makes.
public enum ClientMessage: Equatable, Sendable {
    case join(Join)
    case leave
    case offer(sdp: String)
    case answer(sdp: String)
    case candidate(TrickledCandidate)
    case mediaState(kind: MediaStateKind, enabled: Bool)

    public struct Join: Equatable, Sendable {
        public var roomID: String?
        public var userID: String?

        public init(roomID: String?, userID: String?) {
            self.roomID = roomID
            self.userID = userID
        }
    }

    public enum MediaStateKind: String, Sendable {
        case audio
        case video
    }
}

/// A candidate that comes after its description.
public struct TrickledCandidate: Equatable, Sendable {
    /// Empty at the end of candidates.
    public var candidate: String
    public var mid: String?
    public var lineIndex: UInt16?
    public var usernameFragment: String?

    public init(candidate: String, mid: String? = nil, lineIndex: UInt16? = nil, usernameFragment: String? = nil) {
        self.candidate = candidate
        self.mid = mid
        self.lineIndex = lineIndex
        self.usernameFragment = usernameFragment
    }
}

extension ClientMessage {
    /// The largest first frame in bytes; see ``maximumBytes`` for later ones.
    public static let maximumJoinBytes = 4096
    public static let maximumBytes = 1 << 20

    /// Reads the text of a frame. Members that nobody knows are ignored.
    public init(parsing text: String) throws(SignalingError) {
        guard text.utf8.count <= Self.maximumBytes, let frame = JSONValue(parsing: text),
            let type = frame["type"]?.string
        else { throw .malformedJSON }
        let fields = Fields(frame: frame)
        switch type {
        case "join":
            self = .join(
                Join(
                    roomID: fields.string("roomId") ?? fields.string("room_id"),
                    userID: fields.string("userId") ?? fields.string("user_id")
                )
            )
        case "leave": self = .leave
        case "offer":
            guard let sdp = fields.text("sdp") else { throw SignalingError(.invalidOffer, "sdp is missing") }
            self = .offer(sdp: sdp)
        case "answer":
            guard let sdp = fields.text("sdp") else { throw SignalingError(.invalidAnswer, "sdp is missing") }
            self = .answer(sdp: sdp)
        case "ice-candidate": self = .candidate(try Self.candidate(fields))
        case "audio-state", "video-state":
            guard let enabled = fields["enabled"]?.bool else {
                throw SignalingError(.invalidMessage, "enabled must be true or false")
            }
            self = .mediaState(kind: type == "audio-state" ? .audio : .video, enabled: enabled)
        default:
            throw SignalingError(.unknownMessage, "unknown message type \(type.prefix(64))")
        }
    }

    private static func candidate(_ fields: Fields) throws(SignalingError) -> TrickledCandidate {
        // A browser that has no more candidates makes null of it.
        if fields["candidate"] == .null { return TrickledCandidate(candidate: "", mid: fields.string("sdpMid")) }
        guard let candidate = fields.text("candidate") else {
            throw SignalingError(.invalidCandidate, "candidate is missing")
        }
        // The object of a browser holds its own section; the fields of the frame stand in.
        let inner = fields["candidate"]?["candidate"] == nil ? nil : fields["candidate"]
        func field(_ name: String) -> JSONValue? { inner?[name] ?? fields[name] }
        return TrickledCandidate(
            candidate: candidate,
            mid: field("sdpMid")?.string,
            lineIndex: field("sdpMLineIndex")?.integer.flatMap { UInt16(exactly: $0) },
            usernameFragment: field("usernameFragment")?.string
        )
    }

    /// The members of a frame: those under `data` count before those beside `type`.
    private struct Fields {
        let frame: JSONValue

        subscript(name: String) -> JSONValue? { frame["data"]?[name] ?? frame[name] }

        /// Text that is not empty.
        func string(_ name: String) -> String? {
            guard let text = self[name]?.string, !text.isEmpty else { return nil }
            return text
        }

        /// Text, or the member of the same name in an object.
        func text(_ name: String) -> String? { self[name]?.string ?? self[name]?[name]?.string }
    }
}
