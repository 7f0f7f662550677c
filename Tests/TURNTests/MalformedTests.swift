import STUN
import TURN
import Testing
import Wire

/// Nothing that a client sends may trap, get another's peer, or leave the books wrong.
@Suite("Malformed messages")
struct MalformedTests {
    /// A lab with a client that has an allocation, a permission and a channel, and one message of each kind.
    private func prepared(_ transport: TransportProtocol = .udp) throws -> (Lab, Client, [[UInt8]]) {
        let lab = try Lab {
            $0.allowsDualAllocation = true
            $0.allowsEvenPortReservation = true
            $0.ipv6RelayAddress = ip("fd00::1")
            $0.replyLimits = ReplyLimits(perPrefixPerSecond: 0, perPrefixBurst: 0, totalPerSecond: 0)
            $0.credentials.staticUsers = [StaticUser(name: "bob", password: "pw")]
        }
        var client = Client(Lab.fiveTuple("198.51.100.7:5000", transport), lifetimeSeconds: 1_000_000)
        client.usesFingerprint = true
        try client.allocate(lab, [.udp, .additionalFamily(.ipv6)])
        try client.permit(lab, Lab.peer, "[fd00::2]:20000")
        try client.bind(lab, 0x4000, to: Lab.peer)
        var modern = client
        modern.passwordAlgorithm = .sha256
        modern.integrity = [.sha1, .sha256]
        var hidden = modern
        hidden.username = "bob"
        hidden.password = "pw"
        hidden.usesUserHash = true
        let id = lab.transactionID()
        let messages = [
            TestMessage.make(.request, .binding, id, [], fingerprint: true),
            TestMessage.make(.request, .allocate, id, [.udp]),
            try client.message(.allocate, [.udp, .evenPortPair, .lifetime(900), .dontFragment], id),
            try modern.message(.allocate, [.udp, .requestedFamily(.ipv6), .token(1)], id),
            try hidden.message(.refresh, [.lifetime(800)], id),
            try client.message(.refresh, [.lifetime(800), .requestedFamily(.ipv4)], id),
            try client.message(.createPermission, [.peer(Lab.peer), .peer("[fd00::2]:1")], id),
            try client.message(.channelBind, [.channel(0x4001), .peer("10.0.0.2:20001")], id),
            TestMessage.make(
                .indication,
                .send,
                id,
                [.peer(Lab.peer), .data([1, 2, 3, 4, 5]), .dontFragment],
                fingerprint: true
            ),
            TestMessage.make(.indication, .send, id, [.peer("[fd00::2]:20000"), .data([])]),
            TestMessage.channelData(0x4000, [UInt8](repeating: 5, count: 33)),
        ]
        return (lab, client, messages)
    }

    /// What must hold after every message.
    private func check(
        _ lab: Lab,
        _ action: ReceiveAction,
        _ message: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        switch action {
        case .drop:
            break
        case .respond(let count):
            let response = lab.lastResponse
            if response.count != count || Reply(response) == nil && response.count != 28 {
                Issue.record("a response that is none to \(message)", sourceLocation: sourceLocation)
            }
        case .relay(_, let peer, let payload, _, let mustBeLocal):
            let isAllowed = [
                address(Lab.peer), address("10.0.0.2:20001"), address("[fd00::2]:20000"), address(Lab.otherPeer),
            ]
            .contains(peer)
            if !isAllowed || mustBeLocal || payload.lowerBound < 0 || payload.upperBound > message.count {
                Issue.record("\(peer) \(payload) from \(message)", sourceLocation: sourceLocation)
            }
        }
    }

    @Test(arguments: [TransportProtocol.udp, .dtls]) func `every truncation of every message is survived`(
        _ transport: TransportProtocol
    ) throws {
        let (lab, client, messages) = try prepared(transport)
        for message in messages {
            for count in 0..<message.count {
                let cut = Array(message[..<count])
                let action = lab.receive(cut, over: client.fiveTuple)
                #expect(action == .drop(.malformed), "\(count) bytes of \(message)")
            }
        }
        #expect(lab.allocationCount == 1)
    }

    @Test func `every truncation with a corrected length is survived`() throws {
        let (lab, client, messages) = try prepared()
        for message in messages where message[0] < 0x40 {
            for count in stride(from: 20, to: message.count, by: 4) {
                var cut = Array(message[..<count])
                cut[2] = UInt8((count - 20) >> 8)
                cut[3] = UInt8((count - 20) & 0xFF)
                check(lab, lab.receive(cut, over: client.fiveTuple), cut)
            }
        }
        #expect(lab.allocationCount == 1)
    }

    @Test func `a hundred thousand mutations are survived`() throws {
        let (lab, client, messages) = try prepared()
        var generator = SeededGenerator(2026)
        let strangers = [client.fiveTuple, Lab.fiveTuple("198.51.100.9:1"), Lab.fiveTuple("[2001:db8::9]:1", .dtls)]
        for round in 0..<100_000 {
            var message = messages[round % messages.count]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<message.count, using: &generator)
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: message[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 1: message[index] = UInt8.random(in: .min ... .max, using: &generator)
                case 2: message[index] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator) ?? 0
                case 3: if message.count > 8 { message.removeSubrange(index..<min(index + 4, message.count)) }
                case 4: message.insert(contentsOf: message[index..<min(index + 8, message.count)], at: index)
                default: message.append(UInt8.random(in: .min ... .max, using: &generator))
                }
            }
            // Half of them get a length that fits, to come further than the header.
            if round % 2 == 0, message.count >= 20, message[0] < 0x40 {
                message.append(contentsOf: [UInt8](repeating: 0, count: -message.count & 3))
                message[2] = UInt8(truncatingIfNeeded: (message.count - 20) >> 8)
                message[3] = UInt8(truncatingIfNeeded: message.count - 20)
            }
            let tuple = strangers[round % 16 == 0 ? 1 : round % 16 == 1 ? 2 : 0]
            check(lab, lab.receive(message, over: tuple), message)
        }
        #expect(lab.allocationCount == 1, "nothing of it was authentic")
        #expect(lab.counters.packetsToPeers > 100)
    }

    /// With the right key, so that every handler sees what is inside.
    @Test func `ten thousand authentic requests with wild attributes are survived`() throws {
        let (lab, original, _) = try prepared()
        var client = original
        try client.challenge(lab)
        var generator = SeededGenerator(77)
        let types: [AttributeType] = [
            .channelNumber, .lifetime, .xorPeerAddress, .data, .xorRelayedAddress, .requestedAddressFamily, .evenPort,
            .requestedTransport, .dontFragment, .reservationToken, .additionalAddressFamily, .addressErrorCode, .icmp,
            .mappedAddress, .errorCode, .unknownAttributes, .xorMappedAddress, .software, .alternateServer, .username,
            .realm, .nonce, .userHash, .passwordAlgorithm, .passwordAlgorithms,
        ]
        var outcomes: Set<Int> = []
        for round in 0..<10_000 {
            var attributes: [TestAttribute] = Bool.random(using: &generator) ? [.udp] : []
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                let type = types[Int.random(in: 0..<types.count, using: &generator)]
                let count = [0, 1, 4, 8, 20, 32].randomElement(using: &generator) ?? 0
                var bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
                if count > 1, Bool.random(using: &generator) {
                    bytes[0] = 0
                    bytes[1] = [1, 2].randomElement(using: &generator) ?? 0
                }
                attributes.append(TestAttribute(type, bytes))
            }
            if Bool.random(using: &generator) { attributes.append(.peer(Lab.peer)) }
            if Bool.random(using: &generator) { attributes.append(.channel(0x4000 + UInt16(round % 3))) }
            let methods: [STUN.Method] = [.allocate, .refresh, .createPermission, .channelBind]
            let method = methods[round % 4]
            client.fiveTuple = Lab.fiveTuple("198.51.100.7:\(5000 + round % 8 / 4)")
            if round % 500 == 0 { try client.challenge(lab) }
            if let reply = lab.reply(
                try client.message(method, attributes, lab.transactionID()),
                over: client.fiveTuple
            ) {
                outcomes.insert(reply.error ?? 0)
            } else {
                Issue.record("a well-formed request is answered")
            }
            if round % 100 == 0 { lab.advance(20) }
        }
        #expect(outcomes.isSuperset(of: [0, 400, 401, 437, 438, 443]), "\(outcomes.sorted())")
        lab.advance(4000)
        #expect(lab.allocationCount == 0)
        #expect(lab.shared.allocationCount == 0)
        #expect(lab.shared.relayPortsTaken == 0)
        #expect(lab.relay.bound.isEmpty)
    }

    @Test func `streams of noise do not confuse the framer`() {
        var generator = SeededGenerator(4)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...64, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            switch StreamFramer().next(in: bytes.rawSpan) {
            case .message(let range, let consumed):
                #expect(range.lowerBound == 0 && range.upperBound <= consumed && consumed <= bytes.count)
                #expect(consumed > 0)
            case .needMore(let count):
                #expect(count > bytes.count)
            case .malformed:
                break
            }
        }
    }
}
