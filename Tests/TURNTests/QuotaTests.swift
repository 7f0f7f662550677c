import STUN
import Synchronization
import Testing
import Wire

@testable import TURN

@Suite("Quotas and bandwidth")
struct QuotaTests {
    private func attempt(_ lab: Lab, _ client: String, user: String?, lifetimeSeconds: UInt64 = 600) throws -> Int {
        var client = Client(Lab.fiveTuple(client), user: user, lifetimeSeconds: lifetimeSeconds)
        try client.challenge(lab)
        return try client.request(lab, .allocate, [.udp]).error ?? 0
    }

    /// RFC 8656 section 7.2: 486, by username.
    @Test func `the user quota counts the user, whatever the expiry is`() throws {
        let lab = try Lab { $0.quotas.perUser = 2 }
        #expect(try attempt(lab, "198.51.100.7:1", user: "alice", lifetimeSeconds: 100) == 0)
        #expect(try attempt(lab, "198.51.100.8:1", user: "alice", lifetimeSeconds: 200) == 0)
        #expect(try attempt(lab, "198.51.100.9:1", user: "alice", lifetimeSeconds: 300) == 486)
        #expect(try attempt(lab, "198.51.100.9:2", user: "bob") == 0)
        // Without a user part it does not apply.
        for port in 10...14 { #expect(try attempt(lab, "198.51.100.9:\(port)", user: nil) == 0) }
        #expect(lab.counters[ErrorCode.allocationQuotaReached] == 1)
    }

    @Test func `the source quota counts IPv4 addresses and IPv6 prefixes`() throws {
        let lab = try Lab { $0.quotas.perSource = 1 }
        #expect(try attempt(lab, "198.51.100.7:1", user: "a") == 0)
        #expect(try attempt(lab, "198.51.100.7:2", user: "b") == 486)
        #expect(try attempt(lab, "198.51.100.8:1", user: "c") == 0)
        #expect(try attempt(lab, "[2001:db8:0:1::1]:1", user: "d") == 0)
        #expect(try attempt(lab, "[2001:db8:0:1:ffff::1]:1", user: "e") == 486)
        #expect(try attempt(lab, "[2001:db8:0:2::1]:1", user: "f") == 0)
    }

    @Test func `the total quota counts the process`() throws {
        let lab = try Lab { $0.quotas.total = 2 }
        let other = try Lab(shared: lab.shared) { $0.quotas.total = 2 }
        #expect(try attempt(lab, "198.51.100.7:1", user: "a") == 0)
        #expect(try attempt(other, "198.51.100.7:2", user: "b") == 0)
        #expect(try attempt(lab, "198.51.100.7:3", user: "c") == 486)
        lab.advance(600)
        #expect(try attempt(other, "198.51.100.7:4", user: "d") == 0)
    }

    @Test func `an allocation is counted once, and not after its end`() throws {
        let lab = try Lab { $0.quotas = AllocationQuotas(perUser: 1, perSource: 1, total: 1) }
        var client = Client()
        try client.challenge(lab)
        let message = try client.message(.allocate, [.udp], lab.transactionID())
        for _ in 0..<5 { #expect(lab.reply(message, over: client.fiveTuple)?.isSuccess == true) }
        #expect(lab.shared.allocationCount == 1)
        for _ in 0..<3 {
            #expect(try client.request(lab, .refresh, [.lifetime(0)]).isSuccess)
            let isEmpty = lab.shared.tables.withLock { $0.quotas.isEmpty }
            #expect(isEmpty, "nothing stays behind")
            #expect(try client.request(lab, .allocate, [.udp]).isSuccess)
        }
    }

    @Test func `a failed Allocate costs no quota and no port`() throws {
        let lab = try Lab(relayPorts: 50000...50001) { $0.quotas.total = 3 }
        #expect(try attempt(lab, "198.51.100.7:1", user: "a") == 0)
        #expect(try attempt(lab, "198.51.100.7:2", user: "a") == 0)
        for _ in 0..<5 { #expect(try attempt(lab, "198.51.100.7:3", user: "a") == 508) }
        #expect(lab.shared.allocationCount == 2)
        #expect(lab.shared.relayPortsTaken == 2)
    }

    @Test func `a reservation counts, and its redemption not twice`() throws {
        let lab = try Lab {
            $0.allowsEvenPortReservation = true
            $0.quotas.perUser = 2
        }
        var client = Client()
        let token = try #require(try client.allocate(lab, [.udp, .evenPortPair]).decode(ReservationToken.self)?.value)
        #expect(try attempt(lab, "198.51.100.7:9", user: "alice") == 486)
        var second = Client(Lab.fiveTuple("198.51.100.8:1"))
        try second.allocate(lab, [.udp, .token(token)])
        #expect(lab.shared.allocationCount == 2)
        #expect(try second.request(lab, .refresh, [.lifetime(0)]).isSuccess)
        #expect(try client.request(lab, .refresh, [.lifetime(0)]).isSuccess)
        let isEmpty = lab.shared.tables.withLock { $0.quotas.isEmpty && $0.reservationCount == 0 }
        #expect(isEmpty)
        #expect(lab.shared.relayPortsTaken == 0)
    }

    @Test func `0 is unlimited, and negative is refused`() throws {
        let lab = try Lab()
        for port in 1...100 { #expect(try attempt(lab, "198.51.100.7:\(port)", user: "a") == 0) }
        #expect(throws: ConfigurationError.self) { try Lab { $0.quotas.perSource = -1 } }
    }

    private func bound(_ change: (inout Configuration) -> Void) throws -> (Lab, Client) {
        let lab = try Lab(change)
        var client = Client()
        try client.allocate(lab)
        try client.bind(lab, 0x4000, to: Lab.peer)
        return (lab, client)
    }

    /// RFC 8656 section 5.
    @Test func `data above the rate of the allocation are dropped silently, both ways apart`() throws {
        // 8 Mbit/s: a megabyte a second, and a burst of half a second.
        let (lab, client) = try bound { $0.allocationBitsPerSecond = 8_000_000 }
        let message = TestMessage.channelData(0x4000, [UInt8](repeating: 0, count: 1000))
        func passed(_ count: Int) throws -> (Int, Int) {
            var up = 0
            var down = 0
            for _ in 0..<count {
                if case .relay = lab.receive(message, over: client.fiveTuple) { up += 1 }
                if case .encapsulate = try lab.fromPeer(Lab.peer, client, count: 1000).action { down += 1 }
            }
            return (up, down)
        }
        #expect(try passed(1000) == (500, 500))
        #expect(lab.counters[DropReason.allocationBandwidth] == 1000)
        lab.wait(1)
        #expect(try passed(1000) == (500, 500))
        // A steady sender below the rate loses nothing.
        for _ in 0..<20 {
            lab.now = lab.now + .milliseconds(100)
            #expect(try passed(100) == (100, 100))
        }
        #expect(lab.counters.packetsToPeers == 3000)
    }

    @Test func `the total bandwidth is one budget for the process in each direction`() throws {
        let (lab, client) = try bound { $0.totalBitsPerSecond = 8_000_000 }
        let other = try Lab(shared: lab.shared) { $0.totalBitsPerSecond = 8_000_000 }
        var second = Client(Lab.fiveTuple("198.51.100.7:5001"))
        try second.allocate(other)
        try second.bind(other, 0x4000, to: Lab.peer)
        let message = TestMessage.channelData(0x4000, [UInt8](repeating: 0, count: 1000))
        var passed = 0
        for _ in 0..<1000 {
            if case .relay = lab.receive(message, over: client.fiveTuple) { passed += 1 }
            if case .relay = other.receive(message, over: second.fiveTuple) { passed += 1 }
        }
        #expect((460...510).contains(passed), "\(passed)")
        #expect(lab.counters[DropReason.totalBandwidth] > 0)
        guard case .encapsulate = try lab.fromPeer(Lab.peer, client).action else {
            Issue.record("the other direction has its own budget")
            return
        }
    }

    @Test func `a bucket gives what its rate and burst say`() {
        let limit = RateLimit(unitsPerSecond: 10, burst: 5)
        var state = RateLimit.State()
        var now = MonotonicTime(nanoseconds: 1)
        #expect((0..<10).filter { _ in limit.take(1, from: &state, at: now) }.count == 5)
        now = now + .milliseconds(99)
        #expect(!limit.take(1, from: &state, at: now))
        now = now + .milliseconds(1)
        #expect(limit.take(1, from: &state, at: now))
        now = now + .seconds(1000)
        #expect(!limit.take(6, from: &state, at: now))
        #expect(limit.take(5, from: &state, at: now))
        #expect(!limit.take(.max, from: &state, at: now))
        let unlimited = RateLimit(unitsPerSecond: 0, burst: 0)
        #expect(unlimited.take(.max, from: &state, at: now))
        // The rates of a fast link are kept within a percent.
        let gigabit = RateLimit.bitsPerSecond(10_000_000_000)
        var fast = RateLimit.State()
        var bytes = 0
        for _ in 0..<1000 {
            now = now + .milliseconds(1)
            while gigabit.take(1200, from: &fast, at: now) { bytes += 1200 }
        }
        let expected = 1_250_000_000 + 625_000_000
        #expect(abs(bytes - expected) < expected / 50, "\(bytes)")
    }
}
