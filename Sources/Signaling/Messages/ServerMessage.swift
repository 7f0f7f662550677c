public import SDP

/// A frame to a client.
public enum ServerMessage: Equatable, Sendable {
    case welcome(peerID: String, roomID: String, participants: [Participant])
    case turnCredentials(TURNCredentials)
    case refreshCredentials(TURNCredentials)
    case participantJoined(Participant)
    case participantLeft(peerID: String)
    case trackAdded(Track)
    case trackRemoved(peerID: String, trackID: String, kind: MediaKind)
    case offer(sdp: String, tracks: [MappedTrack])
    case answer(sdp: String, tracks: [MappedTrack])
    case candidate(TrickledCandidate)
    case participantState(Participant, kind: ClientMessage.MediaStateKind, enabled: Bool)
    case kicked(reason: String)
    case draining(timeoutMilliseconds: Int64)
    case error(SignalingError)

    public struct Participant: Hashable, Sendable {
        public var peerID: String
        public var userID: String

        public init(peerID: String, userID: String) {
            self.peerID = peerID
            self.userID = userID
        }
    }

    public struct Track: Equatable, Sendable {
        public var publisher: Participant
        public var trackID: String
        public var streamID: String
        public var kind: MediaKind

        public init(publisher: Participant, trackID: String, streamID: String, kind: MediaKind) {
            self.publisher = publisher
            self.trackID = trackID
            self.streamID = streamID
            self.kind = kind
        }
    }

    /// What a media section carries to the client.
    public struct MappedTrack: Equatable, Sendable {
        public var mid: MID
        public var peerID: String
        public var trackID: String
        public var streamID: String
        public var kind: MediaKind
    }
}

/// What opens an allocation on the namespace's TURN servers.
public struct TURNCredentials: Equatable, Sendable {
    public var username: String
    public var password: String
    public var lifetimeSeconds: Int64
    public var uris: [String]

    public init(username: String, password: String, lifetimeSeconds: Int64, uris: [String]) {
        self.username = username
        self.password = password
        self.lifetimeSeconds = lifetimeSeconds
        self.uris = uris
    }

    /// The answer of `POST /v1/webrtc/turn/credentials`: Orama's members and those of an `RTCIceServer`.
    public var json: String { JSONValue.object(members).text }

    var members: [String: JSONValue] {
        let uris = JSONValue.array(uris.map { .string($0) })
        return [
            "username": .string(username), "password": .string(password), "credential": .string(password),
            "ttl": .integer(lifetimeSeconds), "uris": uris, "urls": uris,
        ]
    }
}

extension ServerMessage {
    /// The frames to send, in order: two where the message has two names.
    public var frames: [String] { types.map { Self.frame($0, members) } }

    private static func frame(_ type: String, _ members: [String: JSONValue]) -> String {
        var frame = members
        frame["type"] = .string(type)
        frame["data"] = .object(members)
        return JSONValue.object(frame).text
    }

    private var types: [String] {
        switch self {
        case .welcome: ["welcome"]
        case .turnCredentials: ["turn-credentials"]
        case .refreshCredentials: ["refresh-credentials"]
        case .participantJoined: ["participant-joined", "peer-joined"]
        case .participantLeft: ["participant-left", "peer-left"]
        case .trackAdded: ["track-added"]
        case .trackRemoved: ["track-removed"]
        case .offer: ["offer"]
        case .answer: ["answer"]
        case .candidate: ["ice-candidate"]
        case .participantState: ["participant-state"]
        case .kicked: ["kicked"]
        case .draining: ["server-draining"]
        case .error: ["error"]
        }
    }

    private var members: [String: JSONValue] {
        switch self {
        case .welcome(let peerID, let roomID, let participants):
            [
                "peerId": .string(peerID), "roomId": .string(roomID),
                "participants": .array(participants.map { .object($0.members) }),
            ]
        case .turnCredentials(let credentials), .refreshCredentials(let credentials): credentials.members
        case .participantJoined(let participant):
            participant.members.merging(["participant": .object(participant.members)]) { own, _ in own }
        case .participantLeft(let peerID): ["peerId": .string(peerID)]
        case .trackAdded(let track):
            track.publisher.members.merging([
                "trackId": .string(track.trackID), "streamId": .string(track.streamID),
                "kind": .string(track.kind.name),
            ]) { own, _ in own }
        case .trackRemoved(let peerID, let trackID, let kind):
            ["peerId": .string(peerID), "trackId": .string(trackID), "kind": .string(kind.name)]
        case .offer(let sdp, let tracks), .answer(let sdp, let tracks):
            ["sdp": .string(sdp), "tracks": .array(tracks.map { .object($0.members) })]
        case .candidate(let candidate): candidate.members
        case .participantState(let participant, let kind, let enabled):
            participant.members.merging(["kind": .string(kind.rawValue), "enabled": .bool(enabled)]) { own, _ in own }
        case .kicked(let reason): ["code": .string("removed"), "reason": .string(reason)]
        case .draining(let timeout):
            ["reason": .string("server shutting down"), "timeoutMs": .integer(timeout)]
        case .error(let error): ["code": .string(error.code.rawValue), "message": .string(error.message)]
        }
    }
}

extension ServerMessage.Participant {
    var members: [String: JSONValue] { ["peerId": .string(peerID), "userId": .string(userID)] }
}

extension ServerMessage.MappedTrack {
    var members: [String: JSONValue] {
        [
            "mid": .string(mid.rawValue), "peerId": .string(peerID), "trackId": .string(trackID),
            "streamId": .string(streamID), "kind": .string(kind.name),
        ]
    }
}

extension TrickledCandidate {
    var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["candidate": .string(candidate)]
        if let mid { members["sdpMid"] = .string(mid) }
        if let lineIndex { members["sdpMLineIndex"] = .integer(Int64(lineIndex)) }
        if let usernameFragment { members["usernameFragment"] = .string(usernameFragment) }
        return members
    }
}
