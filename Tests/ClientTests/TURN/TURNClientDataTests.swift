import Client
import STUN
import Testing
import Wire

@Suite("TURN client data")
struct TURNClientDataTests {
    /// Wraps `payload` in memory that was full of something else, and cuts the message out.
    private func wrap(
        _ lab: ClientLab,
        _ payload: [UInt8],
        to peer: TransportAddress? = nil,
        on channel: ChannelNumber? = nil,
        headroom: Int = TURNClient.headroom,
        tailroom: Int = TURNClient.tailroom
    ) -> [UInt8]? {
        var memory =
            [UInt8](repeating: 0xEE, count: headroom) + payload + [UInt8](repeating: 0xEE, count: tailroom)
        let range = headroom..<headroom + payload.count
        let message: Range<Int>?
        do {
            var span = memory.mutableSpan
            var bytes = unsafe span.mutableBytes
            if let channel {
                message = lab.client.wrap(range, in: &bytes, on: channel)
            } else {
                message = lab.client.wrap(range, in: &bytes, to: peer ?? ClientLab.peer)
            }
        }
        return message.map { Array(memory[$0]) }
    }

    @Test("ChannelData over UDP has no padding", arguments: 0...5)
    func udp(_ count: Int) throws {
        let lab = try ClientLab()
        let channel = try lab.bind(ScriptedServer())
        let payload = [UInt8](repeating: 0xAB, count: count)
        let expected = [0x40, 0x00, 0x00, UInt8(count)] + payload
        #expect(wrap(lab, payload, on: channel) == expected)
        #expect(wrap(lab, payload, to: ClientLab.peer) == expected)
    }

    @Test("ChannelData over a stream is padded with zeros", arguments: 0...5)
    func stream(_ count: Int) throws {
        let lab = try ClientLab { $0.transport = .tcp }
        let channel = try lab.bind(ScriptedServer())
        let payload = [UInt8](repeating: 0xAB, count: count)
        let padding = [UInt8](repeating: 0, count: (4 - count % 4) % 4)
        #expect(wrap(lab, payload, on: channel) == [0x40, 0x00, 0x00, UInt8(count)] + payload + padding)
    }

    @Test("a Send indication is a message as RFC 8656 wants it", arguments: ["10.0.0.3:9", "[fd00::2]:20000"])
    func indication(_ peerText: String) throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        try lab.allocate(server)
        let peer = try #require(TransportAddress(peerText))
        #expect(wrap(lab, [1], to: peer) == nil)
        lab.client.createPermission(for: peer.ip, at: lab.now)
        #expect(wrap(lab, [1], to: peer) == nil)
        lab.receive(try server.respond(to: lab.onlySent()))
        var identifiers: Set<TransactionID> = []
        for count in 0...9 {
            let payload = [UInt8](repeating: 0xCD, count: count)
            let message = try Request(try #require(wrap(lab, payload, to: peer)))
            #expect(message.method == .send)
            #expect(try message.value(XorPeerAddress.self)?.address == peer)
            #expect(Array(message.bytes.suffix((count + 3) / 4 * 4).prefix(count)) == payload)
            #expect(message.bytes.suffix((4 - count % 4) % 4).allSatisfy { $0 == 0 })
            identifiers.insert(message.id)
        }
        #expect(identifiers.count == 10)
    }

    @Test func `nothing is wrapped where there is no room`() throws {
        let lab = try ClientLab { $0.transport = .tls }
        let server = ScriptedServer()
        let channel = try lab.bind(server)
        #expect(wrap(lab, [1], on: channel, headroom: 3) == nil)
        #expect(wrap(lab, [1], on: channel, tailroom: 2) == nil)
        #expect(wrap(lab, [1], on: channel, headroom: 4, tailroom: 3) != nil)
        #expect(wrap(lab, [1], on: ChannelNumber(rawValue: 0x4001)) == nil)
        let other = TransportAddress(ClientLab.peer.ip, port: 1)
        #expect(wrap(lab, [1], to: other, headroom: 35) == nil)
        #expect(wrap(lab, [1], to: other, headroom: 36, tailroom: 2) == nil)
        #expect(wrap(lab, [1], to: other, headroom: 36, tailroom: 3)?.count == 40)
    }

    @Test func `ChannelData of the server is unwrapped where it lies`() throws {
        let lab = try ClientLab()
        let channel = try lab.bind(ScriptedServer())
        let expected = TURNClientReceived.data(
            TURNClientData(peer: ClientLab.peer, channel: channel, payload: 4..<7)
        )
        #expect(lab.receive([0x40, 0, 0, 3, 1, 2, 3]) == expected)
        #expect(lab.receive([0x40, 0, 0, 3, 1, 2, 3, 0]) == expected)
        #expect(lab.receive([0x40, 0, 0, 3, 1, 2]) == .ignored)
        #expect(lab.receive([0x40, 1, 0, 3, 1, 2, 3]) == .ignored)
        #expect(lab.receive([0x40, 0, 0]) == .ignored)
    }

    @Test func `a Data indication is taken from a permitted peer only`() throws {
        let lab = try ClientLab()
        _ = try lab.bind(ScriptedServer())
        let permitted = TransportAddress(ClientLab.peer.ip, port: 7)
        for (peer, isTaken) in [(permitted, true), (TransportAddress(IPAddress(ipv4: 10, 0, 0, 9), port: 7), false)] {
            var memory = [UInt8](repeating: 0, count: 100)
            let count: Int
            do {
                var span = memory.mutableSpan
                var writer = try MessageWriter(
                    unsafe span.mutableBytes,
                    .indication,
                    .data,
                    transactionID: TransactionID(high: 1, low: 2)
                )
                let payload: [UInt8] = [9, 8, 7, 6, 5]
                try writer.write(.data, payload.rawSpan)
                try writer.write(XorPeerAddress(peer))
                count = try writer.finish()
            }
            let received = lab.receive(Array(memory.prefix(count)))
            let data = TURNClientData(peer: peer, channel: nil, payload: 24..<29)
            #expect(received == (isTaken ? .data(data) : .ignored))
        }
    }

    @Test func `mutated messages of a server never trap`() throws {
        let lab = try ClientLab()
        let server = ScriptedServer()
        _ = try lab.bind(server)
        lab.client.createPermission(for: IPAddress(ipv4: 10, 0, 0, 3), at: lab.now)
        let request = try lab.onlySent()
        let seeds = [
            try server.respond(to: request), try server.challenge(request, .staleNonce), [0x40, 0, 0, 3, 1, 2, 3, 0],
            try server.allocated(request), try server.respond(to: request, .forbidden),
        ]
        var generator = SeededGenerator(state: 3)
        for _ in 0..<5_000 {
            for seed in seeds {
                var bytes = seed
                for _ in 0..<2 {
                    let random = generator.next()
                    bytes[Int(random % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random >> 32)
                }
                lab.receive(Array(bytes.prefix(Int(generator.next() % UInt64(bytes.count)) + 1)))
                lab.receive(bytes)
            }
            _ = try lab.sent()
        }
        #expect(lab.client.relayedAddress == ClientLab.relayed)
    }
}
