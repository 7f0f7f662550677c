import Signaling
import Testing
import Wire

@Suite("Joining and timers")
struct SessionTests {
    func entrance(url: String? = nil, token: String? = nil, user: String? = "alice") -> Entrance {
        Entrance(roomInURL: url, roomInToken: token, userInToken: user, at: .zero)
    }

    func join(_ room: String?, _ user: String? = nil) -> ClientMessage { .join(.init(roomID: room, userID: user)) }

    @Test func `a join enters the room as the user of the token`() {
        var entrance = entrance()
        #expect(entrance.receive(join("r", "mallory"), byteCount: 50) == .join(roomID: "r", userID: "alice", then: nil))
        #expect(entrance.roomID == "r")
        #expect(entrance.nextDeadline == .distantFuture)
        #expect(entrance.receive(.leave, byteCount: 20) == .handle(.leave))
        #expect(entrance.receive(join("r"), byteCount: 50) == .ignore)
        #expect(entrance.receive(join("other"), byteCount: 50) == .refuse(.roomMismatch, closes: false))
        #expect(entrance.receive(.malformedJSON) == .refuse(.malformedJSON, closes: false))
    }

    @Test func `without a user in the token the join names one`() {
        var named = entrance(user: nil)
        #expect(named.receive(join("r", "bob"), byteCount: 50) == .join(roomID: "r", userID: "bob", then: nil))
        var unnamed = entrance(user: nil)
        #expect(unnamed.receive(join("r"), byteCount: 50) == .refuse(.incompleteJoin, closes: true))
        #expect(unnamed.receive(join("r", "bob"), byteCount: 50) == .ignore)
    }

    @Test func `a room in the URL joins with the first message or after silence`() {
        var talking = entrance(url: "r")
        #expect(
            talking.receive(.offer(sdp: "v"), byteCount: 50)
                == .join(roomID: "r", userID: "alice", then: .offer(sdp: "v"))
        )
        var silent = entrance(url: "r")
        #expect(silent.nextDeadline == .zero + .milliseconds(500))
        #expect(silent.advance(to: .zero + .milliseconds(499)) == .ignore)
        #expect(silent.advance(to: .zero + .milliseconds(500)) == .join(roomID: "r", userID: "alice", then: nil))
        #expect(silent.advance(to: .zero + .seconds(20)) == .ignore)
        var other = entrance(url: "r")
        #expect(other.receive(join("s"), byteCount: 50) == .refuse(.roomMismatch, closes: true))
        var same = entrance(url: "r")
        #expect(same.receive(join(nil), byteCount: 50) == .join(roomID: "r", userID: "alice", then: nil))
    }

    @Test func `10 s without a join end the connection`() {
        for var late in [entrance(), entrance(url: "r", user: nil)] {
            #expect(late.nextDeadline == .zero + .seconds(10))
            #expect(late.advance(to: .zero + .milliseconds(9999)) == .ignore)
            #expect(late.advance(to: .zero + .seconds(10)) == .refuse(.joinTimeout, closes: true))
        }
    }

    @Test func `what is no join is refused before one`() {
        var early = entrance()
        #expect(early.receive(.leave, byteCount: 20) == .refuse(.joinFirst, closes: true))
        var garbage = entrance()
        #expect(garbage.receive(.malformedJSON) == .refuse(.malformedJSON, closes: true))
        var large = entrance()
        #expect(large.receive(join("r"), byteCount: 4097) == .refuse(.incompleteJoin, closes: true))
        var elsewhere = entrance(token: "s")
        #expect(elsewhere.receive(join("r"), byteCount: 50) == .refuse(.roomMismatch, closes: true))
        for id in ["with blank", "tab\t", "é", String(repeating: "x", count: 129)] {
            var odd = entrance()
            #expect(odd.receive(join(id), byteCount: 50) == .refuse(.badRoomID, closes: true))
        }
    }

    @Test func `credentials are refreshed at 80 % of their lifetime, again and again`() {
        var refresh = CredentialRefresh(lifetimeSeconds: 600, at: .zero)
        #expect(refresh.nextDeadline == .zero + .seconds(480))
        refresh.restart(lifetimeSeconds: 100, at: .zero + .seconds(480))
        #expect(refresh.nextDeadline == .zero + .seconds(560))
        #expect(CredentialRefresh(lifetimeSeconds: -5, at: .zero).nextDeadline == .zero + .seconds(1))
        #expect(CredentialRefresh(lifetimeSeconds: .max, at: .zero).nextDeadline > .zero + .seconds(1 << 30))
    }

    @Test func `40 at once and 10 a second for long`() {
        var limit = RateLimit(at: .zero)
        var now = MonotonicTime.zero + .seconds(100)
        let burst = (0..<60).filter { _ in limit.take(at: now) }
        #expect(burst.count == 40)
        var taken = 0
        for _ in 0..<1000 {
            now = now + .milliseconds(10)
            if limit.take(at: now) { taken += 1 }
        }
        #expect(taken == 100)
    }
}
