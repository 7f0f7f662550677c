import SDP
import Testing

@testable import Signaling

@Suite("Signaling messages")
struct MessageTests {
    static let candidate = "candidate:1 1 udp 1 192.0.2.1 9 typ relay"

    static let readable: [(String, ClientMessage)] = [
        (#"{"type":"join","data":{"roomId":"r","userId":"u"}}"#, .join(.init(roomID: "r", userID: "u"))),
        (#"{"type":"join","room_id":"r","user_id":"u","x":[1.5,null,true]}"#, .join(.init(roomID: "r", userID: "u"))),
        (#"{"type":"join","data":{"roomId":"r"},"roomId":"s"}"#, .join(.init(roomID: "r", userID: nil))),
        (#"{"type":"join","data":null,"roomId":""}"#, .join(.init(roomID: nil, userID: nil))),
        (#"{"type":"leave"}"#, .leave),
        (#"{"type":"offer","data":{"sdp":"v=0\r\n"}}"#, .offer(sdp: "v=0\r\n")),
        (#"{"type":"offer","sdp":"v=0"}"#, .offer(sdp: "v=0")),
        (#"{"type":"answer","sdp":{"type":"answer","sdp":"v=0"}}"#, .answer(sdp: "v=0")),
        (
            #"{"type":"ice-candidate","data":{"candidate":"\#(candidate)","sdpMid":"0","sdpMLineIndex":3}}"#,
            .candidate(.init(candidate: candidate, mid: "0", lineIndex: 3))
        ),
        (
            #"{"type":"ice-candidate","candidate":{"candidate":"\#(candidate)","sdpMid":"1","usernameFragment":"abcd"}}"#,
            .candidate(.init(candidate: candidate, mid: "1", usernameFragment: "abcd"))
        ),
        (
            #"{"type":"ice-candidate","candidate":"\#(candidate)","sdpMid":"1","sdpMLineIndex":70000}"#,
            .candidate(.init(candidate: candidate, mid: "1"))
        ),
        (#"{"type":"ice-candidate","candidate":""}"#, .candidate(.init(candidate: ""))),
        (#"{"type":"ice-candidate","candidate":null}"#, .candidate(.init(candidate: ""))),
        (#"{"type":"audio-state","data":{"enabled":false}}"#, .mediaState(kind: .audio, enabled: false)),
        (#"{"type":"video-state","enabled":true}"#, .mediaState(kind: .video, enabled: true)),
    ]

    @Test("both dialects are read", arguments: readable)
    func reads(text: String, message: ClientMessage) throws {
        #expect(try ClientMessage(parsing: text) == message)
    }

    static let unreadable: [(String, SignalingError.Code)] = [
        ("", .invalidMessage), ("{", .invalidMessage), ("[]", .invalidMessage), ("7", .invalidMessage),
        (#"{"data":{}}"#, .invalidMessage), (#"{"type":7}"#, .invalidMessage),
        (#"{"type":"dance"}"#, .unknownMessage), (#"{"type":"offer"}"#, .invalidOffer),
        (#"{"type":"offer","sdp":7}"#, .invalidOffer), (#"{"type":"answer","data":{}}"#, .invalidAnswer),
        (#"{"type":"ice-candidate"}"#, .invalidCandidate), (#"{"type":"audio-state"}"#, .invalidMessage),
        (String(repeating: "[", count: 100_000), .invalidMessage),
        (#"{"type":"leave"}"# + String(repeating: " ", count: ClientMessage.maximumBytes), .invalidMessage),
    ]

    @Test("what cannot be read has its error", arguments: unreadable)
    func refuses(text: String, code: SignalingError.Code) {
        let error = #expect(throws: SignalingError.self) { try ClientMessage(parsing: text) }
        #expect(error?.code == code)
    }

    @Test func `every field is under data and beside type`() throws {
        let alice = ServerMessage.Participant(peerID: "p", userID: "alice")
        let frames = ServerMessage.participantJoined(alice).frames
        #expect(
            frames == [
                #"{"data":{"participant":{"peerId":"p","userId":"alice"},"peerId":"p","userId":"alice"},"#
                    + #""participant":{"peerId":"p","userId":"alice"},"peerId":"p","type":"participant-joined","userId":"alice"}"#,
                #"{"data":{"participant":{"peerId":"p","userId":"alice"},"peerId":"p","userId":"alice"},"#
                    + #""participant":{"peerId":"p","userId":"alice"},"peerId":"p","type":"peer-joined","userId":"alice"}"#,
            ]
        )
        let messages: [ServerMessage] = [
            .welcome(peerID: "p", roomID: "r", participants: [alice]),
            .participantLeft(peerID: "p"),
            .trackAdded(.init(publisher: alice, trackID: "t", streamID: "s", kind: .video)),
            .trackRemoved(peerID: "p", trackID: "t", kind: .audio),
            .offer(sdp: "v", tracks: [.init(mid: "s0", peerID: "p", trackID: "t", streamID: "s", kind: .audio)]),
            .answer(sdp: "v", tracks: []),
            .candidate(.init(candidate: "c", mid: "0", lineIndex: 1, usernameFragment: "u")),
            .participantState(alice, kind: .audio, enabled: false), .kicked(reason: "room deleted"),
            .draining(timeoutMilliseconds: 30000), .error(.roomFull),
        ]
        for message in messages {
            for frame in message.frames {
                guard case .object(var members) = try #require(JSONValue(parsing: frame)) else { continue }
                let data = members.removeValue(forKey: "data")
                #expect(members.removeValue(forKey: "type")?.string?.isEmpty == false)
                #expect(data == .object(members))
            }
        }
        let error = JSONValue(parsing: ServerMessage.error(.roomFull).frames[0])
        #expect(error?["data"]?["code"] == .string("join_failed"))
        #expect(error?["message"] == .string("room is full"))
    }

    @Test func `credentials serve both dialects`() throws {
        let credentials = TURNCredentials(
            username: "1:demo:alice",
            password: "pw",
            lifetimeSeconds: 600,
            uris: ["turn:h:3478?transport=udp"]
        )
        #expect(
            credentials.json
                == #"{"credential":"pw","password":"pw","ttl":600,"uris":["turn:h:3478?transport=udp"],"#
                + #""urls":["turn:h:3478?transport=udp"],"username":"1:demo:alice"}"#
        )
        let refresh = ServerMessage.refreshCredentials(credentials).frames
        #expect(refresh.count == 1)
        #expect(JSONValue(parsing: refresh[0])?["type"] == .string("refresh-credentials"))
    }
}
