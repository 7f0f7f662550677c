import STUN
import TURN
import Testing
import Wire

/// One policy for every path by which a peer can be reached.
@Suite("Policy on every path")
struct PolicyPathTests {
    static let forbidden = [
        "127.0.0.1:20000", "0.0.0.0:20000", "169.254.169.254:80", "224.0.0.1:20000", "255.255.255.255:20000",
        "10.0.0.1:49152", "10.0.0.4:20000", "192.168.0.1:20000", "8.8.8.8:53",
    ]
    static let forbiddenIPv6 = [
        "[::1]:20000", "[::]:20000", "[fe80::1]:20000", "[ff02::1]:20000", "[::ffff:127.0.0.1]:20000",
        "[::ffff:10.0.0.2]:20000", "[::10.0.0.2]:20000", "[64:ff9b::7f00:1]:20000", "[2002:7f00:1::]:20000",
        "[2001:0:7f00:1::]:20000", "[fd00::3]:20000",
    ]

    private func allocated(_ family: AddressFamily) throws -> (Lab, Client) {
        let lab = try Lab {
            $0.ipv6RelayAddress = ip("fd00::1")
            $0.policy =
                (try? PeerPolicy(
                    rules: [AllowedPeer(Lab.peer), AllowedPeer("[fd00::2]:20000")],
                    ownEndpoints: [OwnEndpoint(ip("10.0.0.1"), ports: 49152...65535)]
                )) ?? .nothing
        }
        var client = Client()
        try client.allocate(lab, [.udp, .requestedFamily(family)])
        return (lab, client)
    }

    @Test(arguments: forbidden + forbiddenIPv6) func `a peer that is not named is refused everywhere`(
        _ peer: String
    ) throws {
        let isIPv6 = peer.hasPrefix("[")
        let (lab, client) = try allocated(isIPv6 ? .ipv6 : .ipv4)
        let allowed = isIPv6 ? "[fd00::2]:20000" : Lab.peer
        #expect(try client.permit(lab, peer).error == 403)
        #expect(try client.permit(lab, allowed, peer).error == 403)
        #expect(try client.permit(lab, peer, allowed).error == 403)
        #expect(try client.bind(lab, 0x4000, to: peer).error == 403)
        #expect(client.send(lab, to: allowed, [1]) == .drop(.noPermission))
        #expect(try client.permit(lab, allowed).isSuccess)
        #expect(client.send(lab, to: peer, [1]) == .drop(.noPermission))
        #expect(try lab.fromPeer(peer, client).action != .encapsulate(headerCount: isIPv6 ? 48 : 36, trailerCount: 2))
        #expect(lab.relay.bindCount == 1)
        #expect(lab.counters.packetsToPeers == 0)
        #expect(lab.counters.packetsToClients == 0)
    }

    /// RFC 8656 section 21.1.7: a relay must not talk to relays.
    @Test func `a relayed address of this server is no peer`() throws {
        let (lab, client) = try allocated(.ipv4)
        var other = Client(Lab.fiveTuple("198.51.100.7:5001"))
        let relayed = try #require(try other.allocate(lab).relayed)
        #expect(try client.bind(lab, 0x4000, to: "\(relayed)").error == 403)
        #expect(try client.permit(lab, "\(relayed)").error == 403)
    }

    @Test func `a new policy ends what it no longer allows, at once`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab)
        try client.permit(lab, Lab.peer, Lab.otherPeer)
        try client.bind(lab, 0x4000, to: Lab.peer)
        try client.bind(lab, 0x4001, to: Lab.otherPeer)
        try client.bind(lab, 0x4002, to: "10.0.0.2:20001")
        try lab.reconfigure { $0.policy = try Lab.policy([Lab.peer]) }
        let data: [UInt16: [UInt8]] = [
            0x4000: TestMessage.channelData(0x4000, [1]), 0x4001: TestMessage.channelData(0x4001, [1]),
            0x4002: TestMessage.channelData(0x4002, [1]),
        ]
        for channel: UInt16 in [0x4001, 0x4002] {
            #expect(lab.receive(data[channel] ?? [], over: client.fiveTuple) == .drop(.unboundChannel))
        }
        guard case .relay = lab.receive(data[0x4000] ?? [], over: client.fiveTuple) else {
            Issue.record("what is still allowed goes on")
            return
        }
        #expect(client.send(lab, to: Lab.otherPeer, [1]) == .drop(.noPermission))
        #expect(client.send(lab, to: "10.0.0.2:20001", [1]) == .drop(.forbiddenPeer))
        #expect(try lab.fromPeer(Lab.otherPeer, client).action == .drop(.noPermission))
        #expect(try lab.fromPeer("10.0.0.2:20001", client).action == .drop(.forbiddenPeer))
        #expect(lab.counters.permissionsRevoked == 1)
        #expect(lab.counters.channelsRevoked == 2)
    }

    @Test func `an allocation of a removed secret ends at its next Refresh`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab)
        try lab.reconfigure { $0.credentials.secrets = [SharedSecret("new")] }
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        let reply = try client.request(lab, .refresh)
        #expect(reply.error == 401)
        #expect(reply.nonce != nil)
        #expect(lab.allocationCount == 0)
        #expect(lab.counters.allocationsRevoked == 1)
        #expect(try client.request(lab, .refresh).error == 401)
    }

    @Test func `a removed user's allocation ends at its next Refresh, others stay`() throws {
        let bob = StaticUser(name: "bob", password: "pw")
        let lab = try Lab { $0.credentials.staticUsers = [bob] }
        var static1 = Client(username: "bob", password: "pw")
        try static1.allocate(lab)
        var timed = Client(Lab.fiveTuple("198.51.100.7:5001"))
        try timed.allocate(lab)
        try lab.reconfigure { _ in }
        #expect(try static1.request(lab, .refresh).error == 401)
        #expect(try timed.request(lab, .refresh).isSuccess)
        #expect(lab.allocationCount == 1)
    }

    @Test func `the relay addresses stay through a reconfiguration`() throws {
        let lab = try Lab()
        try lab.reconfigure { $0.ipv4RelayAddress = ip("10.9.9.9") }
        var client = Client()
        #expect(try client.allocate(lab).relayed?.ip == ip("10.0.0.1"))
    }
}
