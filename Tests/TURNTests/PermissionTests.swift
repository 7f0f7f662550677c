import STUN
import TURN
import Testing
import Wire

@Suite("Permissions and Send indications")
struct PermissionTests {
    private func allocated(_ change: (inout Configuration) -> Void = { _ in }) throws -> (Lab, Client) {
        let lab = try Lab(change)
        var client = Client(lifetimeSeconds: 100_000)
        try client.allocate(lab, [.udp, .lifetime(3600)])
        return (lab, client)
    }

    /// RFC 8656 section 9.
    @Test func `a permission is for the address, lasts 300 seconds, and traffic does not refresh it`() throws {
        let (lab, client) = try allocated()
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        for _ in 0..<299 {
            lab.advance(1)
            guard case .relay = client.send(lab, to: "10.0.0.2:20001", [1]) else {
                Issue.record("another port of the same address has the permission too")
                return
            }
            #expect(try lab.fromPeer(Lab.peer, client).action == .encapsulate(headerCount: 36, trailerCount: 2))
        }
        lab.advance(1)
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noPermission))
        #expect(try lab.fromPeer(Lab.peer, client).action == .drop(.noPermission))
        // CreatePermission does.
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        lab.advance(200)
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        lab.advance(299)
        guard case .relay = client.send(lab, to: Lab.peer, [1]) else {
            Issue.record("it was refreshed")
            return
        }
    }

    /// RFC 8656 section 10.2.
    @Test func `CreatePermission needs addresses that can be read`() throws {
        let (lab, client) = try allocated()
        #expect(try client.request(lab, .createPermission).error == 400)
        for wrong: [UInt8] in [[], [0, 1, 0, 0], [0, 3, 0, 0, 1, 2, 3, 4], [0, 2, 0, 0, 1, 2, 3, 4]] {
            let attributes: [TestAttribute] = [.peer(Lab.peer), TestAttribute(.xorPeerAddress, wrong)]
            #expect(try client.request(lab, .createPermission, attributes).error == 400)
        }
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noPermission))
    }

    /// RFC 8656 section 10.2.
    @Test func `CreatePermission gives all or nothing, and the port does not matter`() throws {
        let (lab, client) = try allocated()
        #expect(try client.permit(lab, Lab.peer, "10.0.0.9:20000").error == 403)
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noPermission))
        #expect(lab.relay.bindCount == 0)
        #expect(try client.permit(lab, Lab.peer, "[fd00::2]:20000").error == 443)
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noPermission))
        #expect(try client.permit(lab, "10.0.0.2:0", "10.0.0.3:9").isSuccess)
        #expect(lab.relay.bindCount == 1)
        for peer in [Lab.peer, Lab.otherPeer] {
            guard case .relay = client.send(lab, to: peer, [1]) else {
                Issue.record("both have a permission")
                return
            }
        }
    }

    /// RFC 8656 section 10.2.
    @Test func `permissions have a cap, and those that are over make room`() throws {
        let (lab, client) = try allocated {
            $0.maximumPermissions = 2
            $0.policy = (try? Lab.policy((1...9).map { "10.0.0.\(9 + $0):1-9" })) ?? .nothing
        }
        #expect(try client.permit(lab, "10.0.0.10:1", "10.0.0.11:1", "10.0.0.12:1").error == 508)
        #expect(client.send(lab, to: "10.0.0.10:1", [1]) == .drop(.noPermission))
        #expect(try client.permit(lab, "10.0.0.10:1", "10.0.0.11:1", "10.0.0.10:2").isSuccess)
        #expect(try client.permit(lab, "10.0.0.12:1").error == 508)
        #expect(try client.bind(lab, 0x4000, to: "10.0.0.12:1").error == 508)
        #expect(try client.permit(lab, "10.0.0.11:1").isSuccess)
        lab.advance(299)
        #expect(try client.permit(lab, "10.0.0.11:1").isSuccess)
        lab.advance(1)
        #expect(try client.permit(lab, "10.0.0.12:1").isSuccess)
    }

    @Test func `a relay socket that cannot be opened gets 508 and leaves no permission`() throws {
        let (lab, client) = try allocated()
        lab.relay.refusesToBind = true
        #expect(try client.permit(lab, Lab.peer).error == 508)
        #expect(try client.bind(lab, 0x4000, to: Lab.peer).error == 508)
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noPermission))
        #expect(lab.counters.relayBindFailures == 2)
        lab.relay.refusesToBind = false
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        #expect(lab.relay.bindCount == 3, "one socket is enough")
    }

    /// RFC 8656 section 11.2.
    @Test func `a Send indication is relayed with its data and nothing else`() throws {
        let (lab, client) = try allocated()
        try client.permit(lab, Lab.peer)
        let message = TestMessage.make(
            .indication,
            .send,
            lab.transactionID(),
            [TestAttribute(.software, "x"), .peer(Lab.peer), .data([1, 2, 3])]
        )
        let handle = try #require(lab.handle(client))
        let range = message.count - 4..<message.count - 1
        let expected = ReceiveAction.relay(
            handle,
            peer: address(Lab.peer),
            payload: range,
            dontFragment: false,
            mustBeLocal: false
        )
        #expect(lab.receive(message, over: client.fiveTuple) == expected)
        #expect(lab.receive(message, on: handle) == expected)
        #expect(lab.counters.packetsToPeers == 2)
        #expect(lab.counters.bytesToPeers == 6)
    }

    /// RFC 8656 section 11.2.
    @Test func `a Send indication without address, data or permission is dropped, an empty one is not`() throws {
        let (lab, client) = try allocated()
        try client.permit(lab, Lab.peer)
        func send(_ attributes: [TestAttribute]) -> ReceiveAction {
            let message = TestMessage.make(.indication, .send, lab.transactionID(), attributes)
            return lab.receive(message, over: client.fiveTuple)
        }
        #expect(send([.peer(Lab.peer)]) == .drop(.malformed))
        #expect(send([.data([1])]) == .drop(.malformed))
        #expect(send([TestAttribute(.xorPeerAddress, [0, 1]), .data([1])]) == .drop(.malformed))
        #expect(send([.peer(Lab.otherPeer), .data([1])]) == .drop(.noPermission))
        guard case .relay(_, _, let payload, _, _) = send([.peer(Lab.peer), .data([])]) else {
            Issue.record("an empty datagram is one")
            return
        }
        #expect(payload.isEmpty)
        // The port has to be one of the rule's.
        #expect(send([.peer("10.0.0.2:20002"), .data([1])]) == .drop(.forbiddenPeer))
        #expect(send([.peer("10.0.0.2:0"), .data([1])]) == .drop(.forbiddenPeer))
    }

    /// RFC 8656 sections 11.2 and 15.
    @Test func `DONT-FRAGMENT is passed on, or makes the indication one that is not understood`() throws {
        let (lab, client) = try allocated()
        try client.permit(lab, Lab.peer)
        guard case .relay(_, _, _, let dontFragment, _) = client.send(lab, to: Lab.peer, [1], [.dontFragment]) else {
            Issue.record("it is supported")
            return
        }
        #expect(dontFragment)
        let (other, second) = try allocated { $0.supportsDontFragment = false }
        try second.permit(other, Lab.peer)
        #expect(second.send(other, to: Lab.peer, [1], [.dontFragment]) == .drop(.unknownAttribute))
    }

    /// RFC 8656 section 5: indications are not authenticated.
    @Test func `integrity in an indication is not looked at`() throws {
        let (lab, client) = try allocated()
        try client.permit(lab, Lab.peer)
        let key = IntegrityKey(Array("wrong".utf8).rawSpan, preparedFor: .sha1)
        let message = TestMessage.make(
            .indication,
            .send,
            lab.transactionID(),
            [.peer(Lab.peer), .data([1])],
            TestMessage.Protection(key: key)
        )
        guard case .relay = lab.receive(message, over: client.fiveTuple) else {
            Issue.record("it is relayed")
            return
        }
    }
}
