import STUN
import Testing
import Wire

@testable import TURN

@Suite("Refresh and the life of an allocation")
struct RefreshTests {
    /// RFC 8656 section 5.
    @Test func `without an allocation requests get 437, indications and ChannelData silence`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        #expect(try client.request(lab, .refresh).error == 437)
        #expect(try client.permit(lab, Lab.peer).error == 437)
        #expect(try client.bind(lab, 0x4000, to: Lab.peer).error == 437)
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noAllocation))
        #expect(lab.receive(TestMessage.channelData(0x4000, [1]), over: client.fiveTuple) == .drop(.noAllocation))
        #expect(lab.counters[DropReason.noAllocation] == 2)
        #expect(lab.counters[ErrorCode.allocationMismatch] == 3)
    }

    /// RFC 8656 section 8.2.
    @Test func `a Refresh for another family than the allocation's gets 443`() throws {
        let lab = try Lab { $0.ipv6RelayAddress = ip("fd00::1") }
        var client = Client()
        try client.allocate(lab)
        #expect(try client.request(lab, .refresh, [.requestedFamily(.ipv6)]).error == 443)
        #expect(try client.request(lab, .refresh, [.requestedFamily(AddressFamily(rawValue: 7))]).error == 443)
        #expect(try client.request(lab, .refresh, [.requestedFamily(.ipv4)]).isSuccess)
    }

    /// RFC 8656 section 8.2.
    @Test func `a Refresh with lifetime 0 deletes the allocation, a second one gets 437`() throws {
        let lab = try Lab()
        var client = Client()
        let relayed = try #require(try client.allocate(lab).relayed)
        try client.permit(lab, Lab.peer)
        let reply = try client.request(lab, .refresh, [.lifetime(0)])
        #expect(reply.isSuccess)
        #expect(reply.lifetime == 0)
        #expect(lab.relay.released == [relayed])
        #expect(lab.relay.bound.isEmpty)
        #expect(try client.request(lab, .refresh, [.lifetime(0)]).error == 437)
        #expect(lab.counters.allocationsDeleted == 1)
    }

    /// RFC 8656 section 8.2.
    @Test func `in a dual allocation one family is refreshed or deleted without the other`() throws {
        let lab = try Lab {
            $0.allowsDualAllocation = true
            $0.ipv6RelayAddress = ip("fd00::1")
        }
        var client = Client()
        try client.allocate(lab, [.udp, .additionalFamily(.ipv6)])
        try client.permit(lab, Lab.peer, "[fd00::2]:20000")
        #expect(lab.relay.bindCount == 2)
        #expect(try client.request(lab, .refresh, [.lifetime(0), .requestedFamily(.ipv4)]).isSuccess)
        #expect(lab.relay.released.map(\.ip.family) == [.ipv4])
        #expect(lab.allocationCount == 1)
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noPermission))
        guard case .relay = client.send(lab, to: "[fd00::2]:20000", [1]) else {
            Issue.record("the other family goes on")
            return
        }
        #expect(try client.permit(lab, Lab.peer).error == 443)
        #expect(try client.request(lab, .refresh, [.requestedFamily(.ipv4)]).error == 443)
        #expect(try client.request(lab, .refresh, [.lifetime(0)]).isSuccess)
        #expect(lab.allocationCount == 0)
        #expect(lab.shared.relayPortsTaken == 0)
    }

    @Test func `the families of a dual allocation expire on their own`() throws {
        let lab = try Lab {
            $0.allowsDualAllocation = true
            $0.ipv6RelayAddress = ip("fd00::1")
        }
        var client = Client()
        try client.allocate(lab, [.udp, .additionalFamily(.ipv6)])
        lab.advance(300)
        #expect(try client.request(lab, .refresh, [.requestedFamily(.ipv6)]).isSuccess)
        lab.advance(300)
        #expect(lab.relay.released.map(\.ip.family) == [.ipv4])
        #expect(lab.allocationCount == 1)
        lab.advance(300)
        #expect(lab.relay.released.map(\.ip.family) == [.ipv4, .ipv6])
        #expect(lab.allocationCount == 0)
    }

    /// RFC 8656 section 5.
    @Test func `an allocation ends at its lifetime and not before`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab)
        try client.permit(lab, Lab.peer)
        #expect(lab.nextDeadline == lab.now.monotonic + .seconds(300))
        lab.advance(599)
        #expect(lab.allocationCount == 1)
        lab.advance(1)
        #expect(lab.allocationCount == 0)
        #expect(lab.counters.allocationsExpired == 1)
        #expect(lab.relay.released.count == 1)
        #expect(lab.nextDeadline == nil)
        #expect(lab.shared.allocationCount == 0)
        #expect(lab.shared.relayPortsTaken == 0)
    }

    @Test func `a refreshed allocation lives from the refresh on`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab)
        lab.advance(500)
        #expect(try client.request(lab, .refresh, [.lifetime(3600)]).lifetime == 3600)
        lab.advance(3599)
        #expect(lab.allocationCount == 1)
        lab.advance(1)
        #expect(lab.allocationCount == 0)
    }

    @Test func `a shorter lifetime is kept too`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab, [.udp, .lifetime(3600)])
        #expect(try client.request(lab, .refresh, [.lifetime(700)]).lifetime == 700)
        lab.advance(700)
        #expect(lab.allocationCount == 0)
    }

    @Test func `an expired allocation does not exist, even before it was cleared away`() throws {
        let lab = try Lab()
        var client = Client(lifetimeSeconds: 10_000)
        try client.allocate(lab)
        try client.permit(lab, Lab.peer)
        try client.bind(lab, 0x4000, to: Lab.peer)
        lab.wait(600)
        #expect(lab.receive(TestMessage.channelData(0x4000, [1]), over: client.fiveTuple) == .drop(.unboundChannel))
        #expect(try lab.fromPeer(Lab.peer, client).action == .drop(.noAllocation))
        #expect(try client.request(lab, .refresh).error == 437)
        #expect(lab.allocationCount == 0)
        #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
    }

    /// RFC 8656 sections 5 and 8.2.
    @Test func `the end of an allocation frees permissions, channels and port, and a handle dies with it`() throws {
        let lab = try Lab(relayPorts: 50000...50000)
        var client = Client()
        try client.allocate(lab)
        try client.bind(lab, 0x4000, to: Lab.peer)
        let handle = try #require(lab.handle(client))
        #expect(try client.request(lab, .refresh, [.lifetime(0)]).isSuccess)
        #expect(lab.fiveTuple(of: handle) == nil)
        try client.allocate(lab)
        let next = try #require(lab.handle(client))
        #expect(next.index == handle.index)
        #expect(next != handle)
        #expect(lab.receive(TestMessage.channelData(0x4000, [1]), over: client.fiveTuple) == .drop(.unboundChannel))
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noPermission))
        let stale = lab.receive(TestMessage.channelData(0x4000, [1]), on: handle)
        #expect(stale == .drop(.noAllocation))
    }

    @Test func `a closed connection ends its allocation at once`() throws {
        let lab = try Lab()
        var client = Client(Lab.fiveTuple("198.51.100.7:5000", .tls))
        let relayed = try #require(try client.allocate(lab).relayed)
        lab.server.clientClosed(client.fiveTuple, relay: &lab.relay)
        lab.server.clientClosed(client.fiveTuple, relay: &lab.relay)
        #expect(lab.allocationCount == 0)
        #expect(lab.counters.allocationsClosed == 1)
        #expect(lab.relay.released == [relayed])
    }

    @Test func `a refresh that only moves deadlines on costs no queue entry`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab)
        for _ in 0..<1000 {
            #expect(try client.request(lab, .refresh, [.lifetime(3600)]).isSuccess)
            #expect(try client.permit(lab, Lab.peer).isSuccess)
            #expect(try client.request(lab, .refresh, [.lifetime(600)]).isSuccess)
        }
        #expect(lab.deadlineCount <= 3)
    }
}
