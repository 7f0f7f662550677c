import STUN
import TURN
import Testing
import Wire

@Suite("Allocate")
struct AllocateTests {
    @Test func `a client gets a challenge, then an allocation with everything it needs to know`() throws {
        let lab = try Lab { $0.software = "Martlet" }
        var client = Client()
        let reply = try client.allocate(lab)
        let relayed = try #require(reply.relayed)
        #expect(relayed.ip == ip("10.0.0.1"))
        #expect(relayed.port >= 49152)
        #expect(reply.lifetime == 600)
        #expect(reply.decode(XorMappedAddress.self)?.address == client.fiveTuple.client)
        #expect(reply.attributes[.software] == Array("Martlet".utf8))
        #expect(reply.isAuthentic(.sha1, try client.key()))
        #expect(lab.allocationCount == 1)
        #expect(lab.relay.bindCount == 0, "no socket before a peer needs one")
        let handle = try #require(lab.handle(client))
        #expect(handle.index == 0)
        #expect(lab.relayedAddress(of: handle, .ipv4) == relayed)
    }

    /// RFC 8656 section 7.2 step 2.
    @Test func `the same transaction gets its success again, another one gets 437`() throws {
        let lab = try Lab { $0.allowsEvenPortReservation = true }
        var client = Client()
        try client.challenge(lab)
        let id = lab.transactionID()
        let message = try client.message(.allocate, [.udp, .evenPortPair], id)
        let first = try #require(lab.reply(message, over: client.fiveTuple))
        lab.wait(10)
        let second = try #require(lab.reply(message, over: client.fiveTuple))
        #expect(second.isSuccess)
        #expect(second.relayed == first.relayed)
        #expect(second.lifetime == 590)
        #expect(second.attributes[.reservationToken] == first.attributes[.reservationToken])
        #expect(first.attributes[.reservationToken]?.count == 8)
        #expect(lab.allocationCount == 1)
        #expect(try client.request(lab, .allocate, [.udp]).error == 437)
        #expect(lab.shared.allocationCount == 2, "an allocation and a reservation, counted once")
    }

    /// RFC 8656 section 7.2 step 3.
    @Test func `REQUESTED-TRANSPORT must be there and be UDP`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        #expect(try client.request(lab, .allocate, []).error == 400)
        #expect(try client.request(lab, .allocate, [TestAttribute(.requestedTransport, [17])]).error == 400)
        for number: UInt8 in [0, 6, 18, 255] {
            let transport = TestAttribute(RequestedTransport(protocolNumber: number))
            #expect(try client.request(lab, .allocate, [transport]).error == 442)
        }
        #expect(lab.shared.relayPortsTaken == 0)
    }

    /// RFC 8656 section 7.2 step 4.
    @Test func `DONT-FRAGMENT is taken where it is supported and unknown elsewhere`() throws {
        let lab = try Lab()
        var client = Client()
        try client.allocate(lab, [.udp, .dontFragment])
        let other = try Lab { $0.supportsDontFragment = false }
        try client.challenge(other)
        let reply = try client.request(other, .allocate, [.udp, .dontFragment])
        #expect(reply.error == 420)
        #expect(reply.attributes[.unknownAttributes] == [0x00, 0x1A])
    }

    /// RFC 8656 section 7.2 step 5.
    @Test func `RESERVATION-TOKEN comes alone and must be valid`() throws {
        let lab = try Lab {
            $0.allowsEvenPortReservation = true
            $0.ipv6RelayAddress = ip("fd00::1")
        }
        var client = Client()
        try client.challenge(lab)
        for extra in [
            TestAttribute.evenPort, .requestedFamily(.ipv4), .additionalFamily(.ipv6), .requestedFamily(.ipv6),
        ] {
            #expect(try client.request(lab, .allocate, [.udp, .token(1), extra]).error == 400)
        }
        #expect(try client.request(lab, .allocate, [.udp, .token(1)]).error == 508)
        #expect(try client.request(lab, .allocate, [.udp, TestAttribute(.reservationToken, [1])]).error == 400)
    }

    /// RFC 8656 section 7.2 steps 6 to 9.
    @Test func `address families are asked for in one way only and must be there`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        let both: [TestAttribute] = [.udp, .requestedFamily(.ipv4), .additionalFamily(.ipv6)]
        #expect(try client.request(lab, .allocate, both).error == 400)
        #expect(try client.request(lab, .allocate, [.udp, .requestedFamily(.ipv6)]).error == 440)
        let strange = AddressFamily(rawValue: 9)
        #expect(try client.request(lab, .allocate, [.udp, .requestedFamily(strange)]).error == 440)
        #expect(try client.request(lab, .allocate, [.udp, .additionalFamily(.ipv4)]).error == 400)
        #expect(try client.request(lab, .allocate, [.udp, .additionalFamily(.ipv6), .evenPortPair]).error == 400)
        #expect(try client.request(lab, .allocate, [.udp, .requestedFamily(.ipv4)]).relayed?.ip.family == .ipv4)

        // Without the attribute it is IPv4, whatever the client's own family is.
        let ipv6 = try Lab {
            $0.ipv4RelayAddress = nil
            $0.ipv6RelayAddress = ip("fd00::1")
        }
        var other = Client(Lab.fiveTuple("[2001:db8::7]:5000"))
        try other.challenge(ipv6)
        #expect(try other.request(ipv6, .allocate, [.udp]).error == 440)
        let reply = try other.request(ipv6, .allocate, [.udp, .requestedFamily(.ipv6)])
        #expect(reply.relayed?.ip == ip("fd00::1"))
    }

    private func dualLab(ports: ClosedRange<UInt16> = 49152...65535) throws -> Lab {
        try Lab(relayPorts: ports) {
            $0.allowsDualAllocation = true
            $0.ipv6RelayAddress = ip("fd00::1")
        }
    }

    /// RFC 8656 section 7.2 step 9.
    @Test func `a dual allocation has two addresses, or one and the reason why`() throws {
        let lab = try dualLab()
        var client = Client()
        let reply = try client.allocate(lab, [.udp, .additionalFamily(.ipv6)])
        let view = try MessageView(parsing: reply.bytes.rawSpan)
        var families: [IPAddress.Family] = []
        var cursor = AttributeCursor()
        while let location = view.next(&cursor) {
            guard location.type == .xorRelayedAddress else { continue }
            families.append(try view.decode(location, as: XorRelayedAddress.self).address.ip.family)
        }
        #expect(families == [.ipv4, .ipv6])
        #expect(reply.attributes[.addressErrorCode] == nil)

        // Switched off, which it is by default.
        let off = try Lab { $0.ipv6RelayAddress = ip("fd00::1") }
        let partial = try client.allocate(off, [.udp, .additionalFamily(.ipv6)])
        #expect(partial.relayed?.ip.family == .ipv4)
        #expect(partial.decode(AddressErrorCode.self) == AddressErrorCode(.ipv6, .addressFamilyNotSupported))

        // No port left in the second family.
        let narrow = try dualLab(ports: 50000...50000)
        var first = Client(Lab.fiveTuple("198.51.100.7:6000"))
        try first.allocate(narrow, [.udp, .requestedFamily(.ipv6)])
        let short = try client.allocate(narrow, [.udp, .additionalFamily(.ipv6)])
        #expect(short.decode(AddressErrorCode.self) == AddressErrorCode(.ipv6, .insufficientCapacity))
        #expect(short.relayed?.ip.family == .ipv4)
    }

    /// RFC 8656 section 7.2 step 8.
    @Test func `EVEN-PORT gives an even port, and with the R bit the next one to who has the token`() throws {
        let lab = try Lab { $0.allowsEvenPortReservation = true }
        for port in 0..<20 {
            var client = Client(Lab.fiveTuple("198.51.100.7:\(6000 + port)"))
            let relayed = try #require(try client.allocate(lab, [.udp, .evenPort]).relayed)
            #expect(relayed.port % 2 == 0)
        }
        var client = Client()
        let reply = try client.allocate(lab, [.udp, .evenPortPair])
        let port = try #require(reply.relayed?.port)
        let token = try #require(reply.decode(ReservationToken.self)?.value)
        #expect(port % 2 == 0)

        // Another user cannot redeem it; who made it can, once.
        var thief = Client(Lab.fiveTuple("198.51.100.7:7000"), user: "mallory")
        try thief.challenge(lab)
        #expect(try thief.request(lab, .allocate, [.udp, .token(token)]).error == 508)
        var second = Client(Lab.fiveTuple("198.51.100.7:7001"))
        #expect(try second.allocate(lab, [.udp, .token(token)]).relayed?.port == port + 1)
        var third = Client(Lab.fiveTuple("198.51.100.7:7002"))
        try third.challenge(lab)
        #expect(try third.request(lab, .allocate, [.udp, .token(token)]).error == 508)
    }

    /// RFC 8656 section 7.2: at least 30 s.
    @Test func `a reservation expires after 30 seconds and gives its port and quota back`() throws {
        let lab = try Lab { $0.allowsEvenPortReservation = true }
        var client = Client()
        let reply = try client.allocate(lab, [.udp, .evenPortPair])
        let token = try #require(reply.decode(ReservationToken.self)?.value)
        #expect(lab.shared.relayPortsTaken == 2)
        #expect(lab.shared.allocationCount == 2)
        lab.advance(29)
        #expect(lab.shared.relayPortsTaken == 2)
        lab.advance(1)
        #expect(lab.shared.relayPortsTaken == 1)
        #expect(lab.shared.allocationCount == 1)
        var second = Client(Lab.fiveTuple("198.51.100.7:7001"))
        try second.challenge(lab)
        #expect(try second.request(lab, .allocate, [.udp, .token(token)]).error == 508)
    }

    @Test func `without even-port reservation the R bit gets 508 and an even port alone is given`() throws {
        let lab = try Lab()
        var client = Client()
        try client.challenge(lab)
        #expect(try client.request(lab, .allocate, [.udp, .evenPortPair]).error == 508)
        #expect(try client.request(lab, .allocate, [.udp, .token(5)]).error == 508)
        let relayed = try #require(try client.request(lab, .allocate, [.udp, .evenPort]).relayed)
        #expect(relayed.port % 2 == 0)
    }

    @Test func `an even port that cannot be had gets 508`() throws {
        let lab = try Lab(relayPorts: 50001...50001) { $0.allowsEvenPortReservation = true }
        var client = Client()
        try client.challenge(lab)
        #expect(try client.request(lab, .allocate, [.udp, .evenPort]).error == 508)
        #expect(try client.request(lab, .allocate, [.udp, .evenPortPair]).error == 508)
        #expect(lab.shared.allocationCount == 0)
        #expect(try client.request(lab, .allocate, [.udp]).relayed?.port == 50001)
    }

    /// RFC 8656 section 7.2 step 10 and what follows.
    @Test func `quota gives 486, redirection 300, and no port 508`() throws {
        let lab = try Lab(relayPorts: 50000...50000) { $0.quotas.total = 2 }
        var client = Client()
        try client.allocate(lab)
        var second = Client(Lab.fiveTuple("198.51.100.7:5001"))
        try second.challenge(lab)
        #expect(try second.request(lab, .allocate, [.udp]).error == 508)
        #expect(lab.shared.allocationCount == 1)
        try lab.reconfigure { $0.quotas.total = 1 }
        #expect(try second.request(lab, .allocate, [.udp]).error == 486)
        lab.server.beginDrain(answering: .quotaReached)
        #expect(try second.request(lab, .allocate, [.udp]).error == 486)
        lab.server.beginDrain(answering: .alternateServer(ipv4: address("203.0.113.9:3478"), ipv6: nil))
        #expect(try second.request(lab, .allocate, [.udp]).error == 300)
        // What exists goes on.
        #expect(try client.request(lab, .refresh).isSuccess)
    }

    /// RFC 8656 section 7.2.
    @Test(
        arguments: [(0, 600), (1, 600), (599, 600), (600, 600), (601, 601), (3600, 3600), (3601, 3600), (.max, 3600)]
            as [(UInt32, UInt32)]
    )
    func `the lifetime is what was asked for between the default and the maximum`(
        _ asked: UInt32,
        _ given: UInt32
    ) throws {
        let lab = try Lab()
        var client = Client()
        #expect(try client.allocate(lab, [.udp, .lifetime(asked)]).lifetime == given)
        if asked > 0 { #expect(try client.request(lab, .refresh, [.lifetime(asked)]).lifetime == given) }
        #expect(try client.request(lab, .refresh).lifetime == 600)
        #expect(try client.request(lab, .refresh, [TestAttribute(.lifetime, [1])]).error == 400)
    }

    /// RFC 8656 section 7.2.
    @Test func `ports are in the range, all of it, and follow no order`() throws {
        let lab = try Lab(relayPorts: 50000...50063)
        var ports: [UInt16] = []
        for index in 0..<64 {
            var client = Client(Lab.fiveTuple("198.51.100.7:\(6000 + index)"))
            ports.append(try #require(try client.allocate(lab).relayed?.port))
        }
        #expect(Set(ports) == Set(50000...50063))
        let steps = zip(ports, ports.dropFirst()).filter { $1 == $0 &+ 1 }.count
        #expect(steps < 16, "sequential ports can be guessed")
        let fresh = try Lab()
        var client = Client()
        let standard = try #require(try client.allocate(fresh).relayed?.port)
        #expect(standard >= 49152)
    }

    /// RFC 8656 section 5.
    @Test func `another user's request over a five-tuple gets 441`() throws {
        let lab = try Lab()
        var client = Client()
        let id = lab.transactionID()
        try client.challenge(lab)
        #expect(try client.request(lab, .allocate, [.udp], id: id).isSuccess)
        var other = Client(user: "bob")
        other.nonce = client.nonce
        #expect(try other.request(lab, .refresh).error == 441)
        #expect(try other.permit(lab, Lab.peer).error == 441)
        #expect(try other.bind(lab, 0x4000, to: Lab.peer).error == 441)
        #expect(try other.request(lab, .allocate, [.udp], id: id).error == 441)
        #expect(try other.request(lab, .refresh, [.lifetime(0)]).error == 441)
        #expect(lab.allocationCount == 1)
    }

    @Test func `five-tuples differ in every part`() throws {
        let lab = try Lab()
        for tuple in [
            Lab.fiveTuple(), Lab.fiveTuple("198.51.100.7:5001"), Lab.fiveTuple("198.51.100.8:5000"),
            Lab.fiveTuple("198.51.100.7:5000", .tcp), Lab.fiveTuple("198.51.100.7:5000", .tls),
            Lab.fiveTuple("198.51.100.7:5000", .dtls), Lab.fiveTuple("[2001:db8::7]:5000"),
            FiveTuple(transport: .udp, client: address("198.51.100.7:5000"), server: address("203.0.113.1:443")),
            FiveTuple(transport: .udp, client: address("198.51.100.7:5000"), server: address("203.0.113.2:3478")),
        ] {
            var client = Client(tuple)
            try client.allocate(lab)
        }
        #expect(lab.allocationCount == 9)
    }

    @Test func `a second server of the process gives no port twice`() throws {
        let lab = try Lab(relayPorts: 50000...50003)
        let other = try Lab(shared: lab.shared)
        var ports: Set<UInt16> = []
        for index in 0..<2 {
            var client = Client(Lab.fiveTuple("198.51.100.7:\(6000 + index)"))
            ports.insert(try #require(try client.allocate(lab).relayed?.port))
            client.fiveTuple = Lab.fiveTuple("198.51.100.7:\(7000 + index)")
            ports.insert(try #require(try client.allocate(other).relayed?.port))
        }
        #expect(ports.count == 4)
        var last = Client(Lab.fiveTuple("198.51.100.7:8000"))
        try last.challenge(other)
        #expect(try last.request(other, .allocate, [.udp]).error == 508)
    }
}
