import STUN
import Testing
import Wire

@testable import TURN

@Suite("Strangers")
struct StrangerTests {
    private func ask(_ lab: Lab, _ client: String, _ method: STUN.Method = .allocate) -> ReceiveAction {
        lab.receive(TestMessage.make(.request, method, lab.transactionID(), []), over: Lab.fiveTuple(client))
    }

    private func isAnswered(_ action: ReceiveAction) -> Bool {
        if case .respond = action { return true }
        return false
    }

    @Test func `ten thousand spoofed sources leave the server as it was`() throws {
        let lab = try Lab()
        let before = lab.footprint
        for index in 0..<10_000 {
            let source = "203.\(index / 10_000).\(index / 100 % 100).\(index % 100):\(1024 + index)"
            _ = ask(lab, source)
            _ = ask(lab, source, .binding)
            var client = Client(Lab.fiveTuple(source))
            client.nonce = Array("obMatJos2AAABnonsensenonsensenons".utf8)
            _ = lab.receive(try client.message(.allocate, [.udp], lab.transactionID()), over: client.fiveTuple)
            _ = lab.receive(TestMessage.channelData(0x4000, [1]), over: client.fiveTuple)
            _ = client.send(lab, to: Lab.peer, [1])
        }
        #expect(lab.footprint == before)
        #expect(lab.allocationCount == 0)
        #expect(lab.nextDeadline == nil)
        #expect(lab.shared.allocationCount == 0)
    }

    @Test func `a prefix gets 500 answers at once and 100 a second, others are not touched`() throws {
        let lab = try Lab()
        let answered = (0..<600).filter { isAnswered(ask(lab, "198.51.100.7:\(1000 + $0)")) }.count
        #expect(answered == 500)
        #expect(lab.counters[DropReason.replyLimit] == 100)
        #expect(isAnswered(ask(lab, "198.51.100.8:1000")))
        lab.wait(1)
        #expect((0..<200).filter { isAnswered(ask(lab, "198.51.100.7:\(1000 + $0)", .binding)) }.count == 100)
        // IPv6: one /64 is one source.
        #expect((0..<600).filter { isAnswered(ask(lab, "[2001:db8::\($0 + 1)]:1000")) }.count == 500)
        #expect(isAnswered(ask(lab, "[2001:db8:0:1::1]:1000")))
    }

    @Test func `forged nonces and bad requests count too, authenticated requests do not`() throws {
        let lab = try Lab { $0.replyLimits = ReplyLimits(perPrefixPerSecond: 1, perPrefixBurst: 3) }
        var client = Client()
        try client.challenge(lab)
        var forger = client
        forger.nonce[20] ^= 1
        #expect(try forger.request(lab, .allocate, [.udp]).error == 438)
        let bad = TestMessage.make(
            .request,
            .allocate,
            lab.transactionID(),
            [],
            TestMessage.Protection(key: try client.key())
        )
        #expect(lab.reply(bad, over: client.fiveTuple)?.error == 400)
        #expect(lab.receive(bad, over: client.fiveTuple) == .drop(.replyLimit))
        let forged = try forger.message(.allocate, [.udp], lab.transactionID())
        #expect(lab.receive(forged, over: client.fiveTuple) == .drop(.replyLimit))
        #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
        for _ in 0..<20 { #expect(try client.permit(lab, "8.8.8.8:1").error == 403) }
        // An old nonce with the right password is no stranger's.
        lab.advance(500)
        #expect(try client.request(lab, .refresh).isSuccess)
        lab.advance(101)
        _ = lab.receive(forged, over: client.fiveTuple)
        for _ in 0..<10 { #expect(try client.request(lab, .refresh).error == 438) }
    }

    @Test func `all together have a high ceiling`() throws {
        let lab = try Lab { $0.replyLimits.totalPerSecond = 1000 }
        let answered = (0..<2000).filter { isAnswered(ask(lab, "198.51.\($0 / 250).\($0 % 250):1000")) }.count
        #expect(answered == 1000)
        #expect(lab.counters[DropReason.totalReplyLimit] == 1000)
        lab.wait(1)
        #expect(isAnswered(ask(lab, "198.51.100.7:1000")))
    }

    @Test func `a challenge is not three times as long as the shortest question`() throws {
        let lab = try Lab()
        _ = ask(lab, "198.51.100.7:1000")
        // IP and UDP headers count: they are sent too.
        #expect(Double(lab.lastResponse.count + 28) / 48 < 3)
        let allocate = TestMessage.make(.request, .allocate, lab.transactionID(), [.udp])
        _ = lab.receive(allocate, over: Lab.fiveTuple())
        #expect(Double(lab.lastResponse.count + 28) / Double(allocate.count + 28) < 2.5)
    }

    @Test func `nonces are bound to the source, cannot be changed, and tell their age`() throws {
        let mint = NonceMint(key: [UInt8](repeating: 7, count: 32))
        let source = Lab.fiveTuple()
        let nonce = mint.make(.passwordAlgorithms, for: source, atUnixSeconds: 1000)
        #expect(nonce.count == NonceMint.byteCount)
        func judge(_ nonce: [UInt8], _ tuple: FiveTuple = source, at now: UInt64 = 1000) -> NonceMint.Judgement {
            mint.judge(nonce.rawSpan, for: tuple, atUnixSeconds: now, lifetimeSeconds: 600)
        }
        #expect(judge(nonce) == .valid(.passwordAlgorithms))
        #expect(judge(nonce, at: 1600) == .valid(.passwordAlgorithms))
        #expect(judge(nonce, at: 1601) == .old(.passwordAlgorithms))
        #expect(judge(nonce, at: 999) == .old(.passwordAlgorithms))
        for other in ["198.51.100.7:5001", "198.51.100.6:5000", "[2001:db8::7]:5000", "[::ffff:198.51.100.7]:5000"] {
            #expect(judge(nonce, Lab.fiveTuple(other)) == .forged)
        }
        #expect(judge(nonce, Lab.fiveTuple("198.51.100.7:5000", .tls)) == .forged)
        for index in nonce.indices {
            for bit: UInt8 in [1, 2, 4, 8, 16, 32, 64, 128] {
                var changed = nonce
                changed[index] ^= bit
                #expect(judge(changed) == .forged)
            }
        }
        for count in 0..<nonce.count { #expect(judge(Array(nonce[..<count])) == .forged) }
        #expect(judge(nonce + [0x41]) == .forged)
        let stranger = NonceMint(key: [UInt8](repeating: 8, count: 32))
        #expect(judge(stranger.make(.passwordAlgorithms, for: source, atUnixSeconds: 1000)) == .forged)
    }

    @Test func `servers with one nonce key take each other's nonces`() throws {
        var first = SeededGenerator(1)
        var second = SeededGenerator(2)
        let key = [UInt8](repeating: 9, count: 32)
        let lab = try Lab(shared: SharedState(nonceKey: key, using: &first))
        let other = try Lab(shared: SharedState(nonceKey: key, using: &second))
        var client = Client()
        try client.challenge(lab)
        #expect(try client.request(other, .allocate, [.udp]).isSuccess)
        let alone = try Lab(shared: SharedState(using: &second))
        #expect(try client.request(alone, .allocate, [.udp]).error == 438)
    }

    @Test func `answers never carry what was in the buffer before`() throws {
        // A long answer first, then short ones: nothing of it may be left between their attributes.
        let lab = try Lab { $0.software = String(repeating: "S", count: 127) }
        var client = Client()
        try client.allocate(lab)
        #expect(lab.lastResponse.contains(0x53))
        let reply = try client.permit(lab, "8.8.8.8:1")
        #expect(!reply.bytes.dropFirst(20).prefix(8).contains(0x53))
        #expect(reply.bytes.count == 20 + 8 + 24)
        let refresh = try client.request(lab, .refresh)
        // 127 bytes and one of padding, which is zero.
        let header: [UInt8] = [0x80, 0x22, 0, 127]
        let start = try #require(refresh.bytes.indices.first { refresh.bytes[$0...].starts(with: header) })
        #expect(refresh.bytes[start + 4 + 126] == 0x53)
        #expect(refresh.bytes[start + 4 + 127] == 0)
    }
}
