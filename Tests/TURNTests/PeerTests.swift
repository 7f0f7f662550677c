import STUN
import TURN
import Testing
import Wire

@Suite("Datagrams of peers")
struct PeerTests {
    private func allocated(_ change: (inout Configuration) -> Void = { _ in }) throws -> (Lab, Client) {
        let lab = try Lab(change)
        var client = Client(lifetimeSeconds: 100_000)
        try client.allocate(lab)
        return (lab, client)
    }

    /// RFC 8656 section 11.3.
    @Test func `a datagram from a peer without permission is dropped silently`() throws {
        let (lab, client) = try allocated()
        #expect(try lab.fromPeer(Lab.peer, client).action == .drop(.noPermission))
        try client.permit(lab, Lab.peer)
        #expect(try lab.fromPeer(Lab.otherPeer, client).action == .drop(.noPermission))
        #expect(try lab.fromPeer("[fd00::2]:20000", client).action == .drop(.noAllocation))
        // The source port must be one of the rule's.
        #expect(try lab.fromPeer("10.0.0.2:20002", client).action == .drop(.forbiddenPeer))
        #expect(lab.counters.packetsToClients == 0)
    }

    /// RFC 8656 section 11.4.
    @Test(arguments: [0, 1, 2, 3, 4, 1200]) func `without a channel it becomes a Data indication`(_ count: Int) throws {
        let (lab, client) = try allocated()
        try client.permit(lab, Lab.peer)
        let (action, header) = try lab.fromPeer(Lab.peer, client, count: count)
        let padding = (4 - count % 4) % 4
        #expect(action == .encapsulate(headerCount: 36, trailerCount: padding))
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let message = Array(header[..<36]) + payload + [UInt8](repeating: 0, count: padding)
        let indication = try #require(Reply(message))
        #expect(indication.type == MessageType(.indication, .data))
        #expect(indication.order == [.xorPeerAddress, .data])
        #expect(indication.decode(XorPeerAddress.self)?.address == address(Lab.peer))
        #expect(indication.attributes[.data] == payload)
        #expect(header[36] == 0xEE)
        #expect(lab.counters.bytesToClients == UInt64(count))
    }

    @Test func `an IPv6 peer needs 48 bytes of header`() throws {
        let lab = try Lab { $0.ipv6RelayAddress = ip("fd00::1") }
        var client = Client()
        try client.allocate(lab, [.udp, .requestedFamily(.ipv6)])
        #expect(try client.permit(lab, Lab.peer).error == 443)
        #expect(try client.permit(lab, "[fd00::2]:20000").isSuccess)
        let (action, header) = try lab.fromPeer("[fd00::2]:20000", client, count: 5)
        #expect(action == .encapsulate(headerCount: 48, trailerCount: 3))
        let indication = try #require(Reply(header + [1, 2, 3, 4, 5, 0, 0, 0]))
        #expect(indication.decode(XorPeerAddress.self)?.address == address("[fd00::2]:20000"))
        #expect(indication.attributes[.data] == [1, 2, 3, 4, 5])
        #expect(Server.headerCapacity == 48)
    }

    @Test func `transaction identifiers of indications differ`() throws {
        let (lab, client) = try allocated()
        try client.permit(lab, Lab.peer)
        var seen: Set<[UInt8]> = []
        for _ in 0..<100 { seen.insert(Array(try lab.fromPeer(Lab.peer, client).header[8..<20])) }
        #expect(seen.count == 100)
    }

    /// RFC 8656 section 12.7.
    @Test func `a bound channel must be used, for its peer only`() throws {
        let (lab, client) = try allocated()
        try client.bind(lab, 0x4000, to: Lab.peer)
        #expect(try lab.fromPeer(Lab.peer, client).action == .encapsulate(headerCount: 4, trailerCount: 0))
        // Another port of the same address has the permission, not the channel.
        #expect(try lab.fromPeer("10.0.0.2:20001", client).action == .encapsulate(headerCount: 36, trailerCount: 2))
    }

    @Test func `what does not fit a message is dropped`() throws {
        let (lab, client) = try allocated()
        try client.permit(lab, Lab.peer)
        #expect(try lab.fromPeer(Lab.peer, client, count: 65_488).action == .drop(.oversized))
        #expect(try lab.fromPeer(Lab.peer, client, count: -1).action == .drop(.oversized))
        #expect(
            try lab.fromPeer(Lab.peer, client, count: 65_487).action == .encapsulate(headerCount: 36, trailerCount: 1)
        )
    }

    /// RFC 8656 sections 11.4 and 11.5.
    @Test func `an ICMP error becomes a Data indication with ICMP, even where a channel is bound`() throws {
        let (lab, client) = try allocated()
        #expect(try lab.icmp(about: Lab.peer, client, type: 3, code: 4) == .drop(.noPermission))
        try client.bind(lab, 0x4000, to: Lab.peer)
        for type: UInt8 in [3, 11] {
            guard case .respond(let count) = try lab.icmp(about: Lab.peer, client, type: type, code: 4) else {
                Issue.record("type \(type) is told")
                return
            }
            let bytes = lab.lastResponse
            #expect(bytes.count == count)
            let indication = try #require(Reply(bytes))
            #expect(indication.type == MessageType(.indication, .data))
            #expect(indication.decode(XorPeerAddress.self)?.address == address(Lab.peer))
            #expect(indication.decode(ICMP.self) == ICMP(type: type, code: 4, errorData: 1400))
            #expect(indication.attributes[.data] == nil)
        }
        for type: UInt8 in [0, 4, 5, 8, 12] {
            #expect(try lab.icmp(about: Lab.peer, client, type: type, code: 0) == .drop(.ignoredICMP))
        }
        // The permission is tested for the destination of the datagram that caused it.
        #expect(try lab.icmp(about: Lab.otherPeer, client, type: 3, code: 1) == .drop(.noPermission))
    }

    /// RFC 8656 section 11.5.
    @Test func `of ICMPv6 the types 1, 2 and 3 are told`() throws {
        let lab = try Lab { $0.ipv6RelayAddress = ip("fd00::1") }
        var client = Client()
        try client.allocate(lab, [.udp, .requestedFamily(.ipv6)])
        try client.permit(lab, "[fd00::2]:20000")
        for type: UInt8 in 0...5 {
            let action = try lab.icmp(about: "[fd00::2]:20000", client, type: type, code: 0)
            if (1...3).contains(type) {
                guard case .respond = action else {
                    Issue.record("type \(type) is told")
                    return
                }
            } else {
                #expect(action == .drop(.ignoredICMP))
            }
        }
    }

    /// RFC 8656 sections 13 to 15: what the engine sets per datagram is told with it.
    @Test func `ChannelData does not ask for DF, a Send indication may`() throws {
        let (lab, client) = try allocated()
        try client.bind(lab, 0x4000, to: Lab.peer)
        guard
            case .relay(_, _, _, let first, _) = lab.receive(
                TestMessage.channelData(0x4000, [1]),
                over: client.fiveTuple
            ),
            case .relay(_, _, _, let second, _) = client.send(lab, to: Lab.peer, [1], [.dontFragment])
        else {
            Issue.record("both are relayed")
            return
        }
        #expect(!first)
        #expect(second)
    }
}

@Suite("Peers in this process")
struct LocalPeerTests {
    /// The SFU's own candidates: one on our own relay address, one on the loopback address.
    static let own = "10.0.0.1:30000"
    static let loopback = "127.0.0.1:30000"

    private func allocated() throws -> (Lab, Client) {
        let lab = try Lab {
            $0.policy =
                (try? PeerPolicy(
                    rules: [AllowedPeer("10.0.0.2:20000")],
                    ownEndpoints: [OwnEndpoint(ip("10.0.0.1"), ports: 0...65535)],
                    hasLocalPeers: true
                )) ?? .nothing
        }
        lab.relay.local = [address(Self.own), address(Self.loopback)]
        var client = Client()
        try client.allocate(lab)
        return (lab, client)
    }

    @Test(arguments: [own, loopback]) func `a candidate of the SFU is a peer without a socket`(_ peer: String) throws {
        let (lab, client) = try allocated()
        #expect(try client.permit(lab, peer).isSuccess)
        #expect(try client.bind(lab, 0x4000, to: peer).isSuccess)
        #expect(lab.relay.bindCount == 0)
        let handle = try #require(lab.handle(client))
        let expected = ReceiveAction.relay(
            handle,
            peer: address(peer),
            payload: 4..<5,
            dontFragment: false,
            mustBeLocal: true
        )
        #expect(lab.receive(TestMessage.channelData(0x4000, [1]), over: client.fiveTuple) == expected)
        guard case .relay(_, let sent, _, _, let mustBeLocal) = client.send(lab, to: peer, [1]) else {
            Issue.record("Send serves as well")
            return
        }
        #expect(sent == address(peer))
        #expect(mustBeLocal)
        #expect(try lab.fromPeer(peer, client, .local).action == .encapsulate(headerCount: 4, trailerCount: 0))
        // A datagram from outside that claims to come from there does not get through.
        #expect(try lab.fromPeer(peer, client, .socket).action != .encapsulate(headerCount: 4, trailerCount: 0))
    }

    @Test func `other ports of the same address are not peers`() throws {
        let (lab, client) = try allocated()
        #expect(try client.bind(lab, 0x4000, to: "10.0.0.1:30001").error == 403)
        #expect(try client.bind(lab, 0x4000, to: "127.0.0.1:22").error == 403)
        #expect(try client.permit(lab, "127.0.0.1:22").isSuccess, "a permission has no port")
        // The engine finds no candidate at that port, and must not send.
        guard case .relay(_, _, _, _, let mustBeLocal) = client.send(lab, to: "127.0.0.1:22", [1]) else {
            Issue.record("the engine decides")
            return
        }
        #expect(mustBeLocal)
        #expect(try lab.fromPeer("127.0.0.1:22", client, .socket).action == .drop(.noPermission))
    }

    @Test func `a mapped address is not a second name for a candidate`() throws {
        let lab = try Lab { $0.ipv6RelayAddress = ip("fd00::1") }
        lab.relay.local = [address("[::ffff:127.0.0.1]:30000"), address(Self.loopback)]
        var client = Client()
        try client.allocate(lab, [.udp, .requestedFamily(.ipv6)])
        for peer in ["[::ffff:127.0.0.1]:30000", "[::ffff:10.0.0.2]:20000", "[::10.0.0.2]:20000"] {
            #expect(try client.permit(lab, peer).error == 403)
            #expect(try client.bind(lab, 0x4000, to: peer).error == 403)
        }
    }

    @Test func `local traffic needs a permission, and obeys its time`() throws {
        let (lab, client) = try allocated()
        #expect(try lab.fromPeer(Self.own, client, .local).action == .drop(.noPermission))
        try client.permit(lab, Self.own)
        #expect(try lab.fromPeer(Self.own, client, .local).action == .encapsulate(headerCount: 36, trailerCount: 2))
        lab.advance(300)
        #expect(try lab.fromPeer(Self.own, client, .local).action == .drop(.noPermission))
    }
}
