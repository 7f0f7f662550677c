import STUN
import TURN
import Testing
import Wire

@Suite("Channels")
struct ChannelTests {
    private func allocated(
        _ transport: TransportProtocol = .udp,
        _ change: (inout Configuration) -> Void = { _ in }
    ) throws -> (Lab, Client) {
        let lab = try Lab(change)
        var client = Client(Lab.fiveTuple("198.51.100.7:5000", transport), lifetimeSeconds: 100_000)
        try client.allocate(lab, [.udp, .lifetime(3600)])
        return (lab, client)
    }

    private func isRelayed(_ action: ReceiveAction) -> Bool {
        if case .relay = action { return true }
        return false
    }

    /// RFC 8656 section 12.
    @Test func `channels are 0x4000 to 0x4FFF, others are bad requests and discarded`() throws {
        let (lab, client) = try allocated()
        for number: UInt16 in [0, 0x3FFF, 0x5000, 0x7FFF, 0x8000, 0xFFFF] {
            #expect(try client.bind(lab, number, to: Lab.peer).error == 400)
        }
        #expect(try client.bind(lab, 0x4000, to: Lab.peer).isSuccess)
        #expect(try client.bind(lab, 0x4FFF, to: Lab.otherPeer).isSuccess)
        #expect(isRelayed(lab.receive(TestMessage.channelData(0x4FFF, [1]), over: client.fiveTuple)))
        let outside = TestMessage.channelData(0x5000, [1])
        #expect(lab.receive(outside, over: client.fiveTuple) == .drop(.unboundChannel))

        let (legacy, second) = try allocated { $0.allowsRFC5766Channels = true }
        #expect(try second.bind(legacy, 0x7FFF, to: Lab.peer).isSuccess)
        #expect(try second.bind(legacy, 0x8000, to: Lab.otherPeer).error == 400)
        #expect(isRelayed(legacy.receive(TestMessage.channelData(0x7FFF, [1]), over: second.fiveTuple)))
    }

    /// RFC 8656 section 12.2.
    @Test func `a channel has one peer and a peer one channel`() throws {
        let (lab, client) = try allocated()
        #expect(try client.bind(lab, 0x4000, to: Lab.peer).isSuccess)
        #expect(try client.bind(lab, 0x4000, to: Lab.otherPeer).error == 400)
        #expect(try client.bind(lab, 0x4001, to: Lab.peer).error == 400)
        // Another port is another peer.
        #expect(try client.bind(lab, 0x4001, to: "10.0.0.2:20001").isSuccess)
        #expect(try client.bind(lab, 0x4000, to: Lab.peer).isSuccess)
    }

    /// RFC 8656 section 12.2.
    @Test func `ChannelBind needs both attributes, an allowed peer, its family, and room`() throws {
        let (lab, client) = try allocated(.udp) { $0.maximumChannels = 1 }
        #expect(try client.request(lab, .channelBind, [.channel(0x4000)]).error == 400)
        #expect(try client.request(lab, .channelBind, [.peer(Lab.peer)]).error == 400)
        let short = TestAttribute(.channelNumber, [0x40])
        #expect(try client.request(lab, .channelBind, [short, .peer(Lab.peer)]).error == 400)
        #expect(try client.bind(lab, 0x4000, to: "10.0.0.9:20000").error == 403)
        #expect(try client.bind(lab, 0x4000, to: "10.0.0.2:20002").error == 403, "the port counts here")
        #expect(try client.bind(lab, 0x4000, to: "[fd00::2]:20000").error == 443)
        #expect(try client.bind(lab, 0x4000, to: Lab.peer).isSuccess)
        #expect(try client.bind(lab, 0x4001, to: Lab.otherPeer).error == 508)
        lab.advance(600)
        #expect(try client.bind(lab, 0x4001, to: Lab.otherPeer).isSuccess, "the first one is over")
    }

    /// RFC 8656 section 12.2.
    @Test func `a binding lasts 600 seconds, brings a permission of 300, and is refreshed by ChannelBind only`() throws
    {
        let (lab, original) = try allocated()
        var client = original
        try client.bind(lab, 0x4000, to: Lab.peer)
        let data = TestMessage.channelData(0x4000, [1])
        lab.advance(299)
        #expect(isRelayed(client.send(lab, to: Lab.peer, [1])))
        #expect(try lab.fromPeer(Lab.peer, client).action == .encapsulate(headerCount: 4, trailerCount: 0))
        lab.advance(1)
        // RFC 8656 section 9: the permission is over, so the peer is silent; the channel still carries data to it.
        #expect(client.send(lab, to: Lab.peer, [1]) == .drop(.noPermission))
        #expect(try lab.fromPeer(Lab.peer, client).action == .drop(.noPermission))
        #expect(isRelayed(lab.receive(data, over: client.fiveTuple)))
        #expect(try client.permit(lab, Lab.peer).isSuccess)
        lab.advance(299)
        #expect(isRelayed(lab.receive(data, over: client.fiveTuple)))
        lab.advance(1)
        #expect(lab.receive(data, over: client.fiveTuple) == .drop(.unboundChannel))
        try client.challenge(lab)
        try client.bind(lab, 0x4000, to: Lab.peer)
        lab.advance(400)
        try client.bind(lab, 0x4000, to: Lab.peer)
        lab.advance(599)
        #expect(isRelayed(lab.receive(data, over: client.fiveTuple)))
        lab.advance(1)
        #expect(lab.receive(data, over: client.fiveTuple) == .drop(.unboundChannel))
    }

    /// RFC 8656 sections 12.4 to 12.6.
    @Test func `ChannelData over UDP may be padded, must not be short, and may be empty`() throws {
        let (lab, client) = try allocated()
        try client.bind(lab, 0x4000, to: Lab.peer)
        let handle = try #require(lab.handle(client))
        for (message, range) in [
            (TestMessage.channelData(0x4000, [1, 2, 3]), 4..<7),
            (TestMessage.channelData(0x4000, [1, 2, 3], padding: 1), 4..<7),
            (TestMessage.channelData(0x4000, [1, 2, 3], padding: 90), 4..<7),
            (TestMessage.channelData(0x4000, []), 4..<4),
        ] {
            let expected = ReceiveAction.relay(
                handle,
                peer: address(Lab.peer),
                payload: range,
                dontFragment: false,
                mustBeLocal: false
            )
            #expect(lab.receive(message, over: client.fiveTuple) == expected)
            #expect(lab.receive(message, on: handle) == expected)
        }
        let short = Array(TestMessage.channelData(0x4000, [1, 2, 3]).dropLast())
        #expect(lab.receive(short, over: client.fiveTuple) == .drop(.malformed))
        #expect(lab.receive([0x40, 0x00, 0x00], over: client.fiveTuple) == .drop(.malformed))
        let unbound = TestMessage.channelData(0x4001, [1])
        #expect(lab.receive(unbound, over: client.fiveTuple) == .drop(.unboundChannel))
    }

    /// RFC 8656 section 12.5.
    @Test(arguments: [TransportProtocol.tcp, .tls]) func `over streams ChannelData is padded to four bytes`(
        _ transport: TransportProtocol
    ) throws {
        let (lab, client) = try allocated(transport)
        try client.bind(lab, 0x4000, to: Lab.peer)
        for (count, padding) in [(0, 0), (1, 3), (2, 2), (3, 1), (4, 0), (1201, 3)] {
            let (action, header) = try lab.fromPeer(Lab.peer, client, count: count)
            #expect(action == .encapsulate(headerCount: 4, trailerCount: padding))
            #expect(Array(header[..<4]) == [0x40, 0, UInt8(count >> 8), UInt8(count & 0xFF)])
        }
    }

    @Test(arguments: [TransportProtocol.udp, .dtls]) func `over datagrams it is not padded`(
        _ transport: TransportProtocol
    ) throws {
        let (lab, client) = try allocated(transport)
        try client.bind(lab, 0x4321, to: Lab.peer)
        let (action, header) = try lab.fromPeer(Lab.peer, client, count: 3)
        #expect(action == .encapsulate(headerCount: 4, trailerCount: 0))
        #expect(Array(header[..<6]) == [0x43, 0x21, 0, 3, 0xEE, 0xEE])
    }

    @Test func `requests are not packets: the short way leaves them to the long one`() throws {
        let (lab, client) = try allocated()
        let handle = try #require(lab.handle(client))
        let refresh = try client.message(.refresh, [], lab.transactionID())
        #expect(lab.receive(refresh, on: handle) == nil)
        let tiny: [UInt8] = [1]
        #expect(lab.receive(tiny, on: handle) == .drop(.malformed))
    }
}
