import ICE
import STUN
import Testing
import Wire

@Suite("ICE-lite agent")
struct AgentTests {
    static let relayIP = IPAddress(ipv4: 198, 51, 100, 1)
    let sources = RelaySources([.init(ip: relayIP, ports: 50000...50999)])
    let credentials: Credentials
    let other: Credentials

    init() {
        var generator = SplitMix(state: 1)
        credentials = .random(using: &generator)
        other = .random(using: &generator)
    }

    func agent(_ policy: SourcePolicy? = nil) -> Agent {
        Agent(credentials: credentials, policy: policy ?? .relay(sources))
    }

    func path(_ port: UInt16) -> Path { Path(remote: TransportAddress(Self.relayIP, port: port)) }

    @Test func `a check is answered with its source, integrity and fingerprint`() throws {
        var agent = agent()
        let destination = agent.destination
        #expect(destination == nil)
        let answer = try agent.receive(Check(credentials), from: path(50000), at: 1)
        let expected = Answer(
            messageClass: .successResponse,
            mapped: TransportAddress(Self.relayIP, port: 50000),
            isAuthentic: true
        )
        #expect(answer == expected)
        #expect(agent.destination == path(50000))
        #expect(
            agent.drain() == [
                .pathAdded(path(50000)), .stateChanged(.connected), .destinationChanged(path(50000)),
            ]
        )
        // The same again changes nothing.
        #expect(try agent.receive(Check(credentials), from: path(50000), at: 1) == expected)
        #expect(agent.drain() == [])
    }

    enum Fault: CaseIterable {
        case ufrag, pwd, noUsername, noIntegrity, unknownAttribute, role

        func apply(to check: inout Check) {
            switch self {
            case .ufrag: check.ufrag = "AAAAAAAA"
            case .pwd: check.pwd = "another password of some length"
            case .noUsername: check.hasUsername = false
            case .noIntegrity: check.hasIntegrity = false
            case .unknownAttribute: check.unknownAttribute = 0x7F01
            case .role: check.isControlled = true
            }
        }

        /// Code, and whether the answer is protected.
        var answer: (UInt16, Bool) {
            switch self {
            case .ufrag, .pwd: (401, false)
            case .noUsername, .noIntegrity: (400, false)
            case .unknownAttribute: (420, true)
            case .role: (487, true)
            }
        }
    }

    @Test("what is wrong with a check is answered and changes nothing", arguments: Fault.allCases)
    func faults(fault: Fault) throws {
        var agent = agent()
        var check = Check(credentials)
        check.isNominated = true
        fault.apply(to: &check)
        let answer = try #require(try agent.receive(check, from: path(50000), at: 1))
        #expect(answer.messageClass == .errorResponse)
        #expect(answer.code == fault.answer.0)
        #expect(answer.isAuthentic == fault.answer.1)
        #expect(answer.unknown == (fault == .unknownAttribute ? [0x7F01] : []))
        #expect(agent.drain() == [])
        #expect(agent.destination == nil)
        #expect(agent.state == .new)
        #expect(agent.counters.answered == 0)
    }

    @Test func `a fingerprint that is wrong makes the request bad`() throws {
        var agent = agent()
        var bytes = try Check(credentials).bytes()
        bytes[bytes.count - 1] ^= 1
        #expect(try agent.receive(bytes, from: path(50000), at: 1, pwd: credentials.pwd)?.code == 400)
        #expect(agent.counters.malformed == 1)
    }

    @Test func `only addresses that relays own are answered`() throws {
        var agent = agent()
        let foreign = [
            Path(remote: TransportAddress(IPAddress(ipv4: 198, 51, 100, 2), port: 50000)), path(49999), path(51000),
        ]
        for path in foreign { #expect(try agent.receive(Check(credentials), from: path, at: 1) == nil) }
        #expect(agent.counters.foreignSource == 3)
        #expect(agent.sawOnlyForeignSources)
        #expect(agent.drain() == [])

        // The relay in this process is known by its allocation, whatever the address.
        var inside = foreign[0]
        inside.allocation = 7
        #expect(try agent.receive(Check(credentials), from: inside, at: 1)?.code == nil)
        #expect(agent.destination == inside)
        #expect(!agent.sawOnlyForeignSources)

        var open = self.agent(.all)
        #expect(try open.receive(Check(credentials), from: foreign[0], at: 1)?.messageClass == .successResponse)
    }

    @Test func `other messages are dropped without a word`() throws {
        var agent = agent()
        for messageClass in [MessageClass.indication, .successResponse, .errorResponse] {
            var check = Check(credentials)
            check.messageClass = messageClass
            #expect(try agent.receive(check, from: path(50000), at: 1) == nil)
        }
        var check = Check(credentials)
        check.method = .allocate
        #expect(try agent.receive(check, from: path(50000), at: 1) == nil)
        #expect(agent.state == .new)
    }

    @Test func `the path nominated last is used`() throws {
        var agent = agent()
        let plain = Check(credentials)
        var nominating = plain
        nominating.isNominated = true
        // Check, port, expected port: before a nomination the last check counts, then the last nomination.
        let steps: [(Check, UInt16, UInt16)] = [
            (plain, 50001, 50001), (plain, 50002, 50002), (plain, 50001, 50001),
            (nominating, 50002, 50002), (plain, 50001, 50002), (plain, 50003, 50002),
            (nominating, 50001, 50001), (nominating, 50002, 50002), (plain, 50002, 50002), (plain, 50001, 50002),
        ]
        for (index, (check, port, expected)) in steps.enumerated() {
            _ = try agent.receive(check, from: path(port), at: 1 + Double(index) / 10)
            #expect(agent.destination == path(expected), "step \(index)")
        }
        #expect(agent.paths.count == 3)
    }

    @Test func `at most eight paths are kept and the one in use stays`() throws {
        var agent = agent()
        var nominating = Check(credentials)
        nominating.isNominated = true
        _ = try agent.receive(nominating, from: path(50000), at: 0.5)
        for port in UInt16(50001)...50020 {
            _ = try agent.receive(Check(credentials), from: path(port), at: Double(port - 50000))
        }
        #expect(agent.paths.count == Agent.maximumPaths)
        #expect(agent.destination == path(50000))
        #expect(agent.paths.contains(path(50020)))
        #expect(!agent.paths.contains(path(50013)))
        let removed = agent.drain().filter { if case .pathRemoved = $0 { true } else { false } }
        #expect(removed.count == 13)
    }

    @Test func `10 s without a check disconnect and 15 s more end it`() throws {
        var agent = agent()
        #expect(agent.nextDeadline == .distantFuture)
        _ = try agent.receive(Check(credentials), from: path(50000), at: 1)
        _ = agent.drain()
        #expect(agent.nextDeadline == time(11))
        agent.advance(to: time(10.999))
        #expect(agent.state == .connected)
        agent.run(to: 11)
        #expect(agent.drain() == [.stateChanged(.disconnected)])
        #expect(agent.destination == path(50000))
        agent.run(to: 25.999)
        #expect(agent.state == .disconnected)
        agent.run(to: 26)
        #expect(
            agent.drain() == [.stateChanged(.failed), .pathRemoved(path(50000)), .destinationChanged(nil)]
        )
        #expect(agent.nextDeadline == .distantFuture)
        #expect(try agent.receive(Check(credentials), from: path(50000), at: 27) == nil)
    }

    @Test func `a check within the grace brings the peer back`() throws {
        var agent = agent()
        _ = try agent.receive(Check(credentials), from: path(50000), at: 1)
        agent.run(to: 20)
        _ = agent.drain()
        _ = try agent.receive(Check(credentials), from: path(50000), at: 20)
        #expect(agent.drain() == [.stateChanged(.connected)])
        #expect(agent.nextDeadline == time(30))
    }

    @Test func `nothing goes to an address that has not checked for 30 s`() throws {
        var agent = agent()
        var nominating = Check(credentials)
        nominating.isNominated = true
        _ = try agent.receive(nominating, from: path(50000), at: 1)
        // The peer goes on with another path and never nominates it.
        for second in stride(from: 2.0, through: 40, by: 2) {
            _ = try agent.receive(Check(credentials), from: path(50001), at: second)
            agent.run(to: second)
            #expect(agent.destination == path(second < 31 ? 50000 : 50001), "after \(second) s")
        }
        #expect(agent.paths == [path(50001)])
    }

    @Test func `a wrong check does not keep the connection`() throws {
        var agent = agent()
        _ = try agent.receive(Check(credentials), from: path(50000), at: 1)
        for second in stride(from: 2.0, through: 30, by: 1) {
            var check = Check(credentials)
            check.pwd = "another password of some length"
            _ = try agent.receive(check, from: path(50000), at: second)
            agent.run(to: second)
        }
        #expect(agent.state == .failed)
    }

    @Test func `after a restart old credentials work until the new ones are used`() throws {
        var agent = agent()
        _ = try agent.receive(Check(credentials), from: path(50000), at: 1)
        _ = agent.drain()
        agent.restart(with: other)
        #expect(agent.drain() == [])
        #expect(agent.destination == path(50000))
        let old = try agent.receive(Check(credentials), from: path(50000), at: 2)
        #expect(old?.isAuthentic == true)
        #expect(old?.messageClass == .successResponse)

        let new = try agent.receive(Check(other), from: path(50001), at: 3)
        #expect(new?.isAuthentic == true)
        #expect(agent.drain().first == .credentialsRetired(credentials.ufrag))
        #expect(try agent.receive(Check(credentials), from: path(50000), at: 4)?.code == 401)
    }

    @Test func `every pair of credentials that is replaced is retired once`() throws {
        var generator = SplitMix(state: 9)
        let third = Credentials.random(using: &generator)
        let fourth = Credentials.random(using: &generator)

        var fresh = agent()
        fresh.restart(with: other)
        fresh.restart(with: third)
        #expect(fresh.drain() == [.credentialsRetired(credentials.ufrag)])
        #expect(try fresh.receive(Check(other), from: path(50000), at: 1)?.messageClass == .successResponse)

        var running = agent()
        _ = try running.receive(Check(credentials), from: path(50000), at: 1)
        _ = running.drain()
        running.restart(with: other)
        running.restart(with: third)
        running.restart(with: fourth)
        #expect(running.drain() == [.credentialsRetired(other.ufrag), .credentialsRetired(third.ufrag)])
        #expect(try running.receive(Check(credentials), from: path(50000), at: 1)?.messageClass == .successResponse)
        #expect(try running.receive(Check(other), from: path(50000), at: 1)?.code == 401)
        #expect(try running.receive(Check(fourth), from: path(50000), at: 1)?.messageClass == .successResponse)
        #expect(running.drain() == [.credentialsRetired(credentials.ufrag)])
    }

    @Test func `a restart can be taken back`() throws {
        var agent = agent()
        _ = try agent.receive(Check(credentials), from: path(50000), at: 1)
        _ = agent.drain()
        agent.restart(with: other)
        agent.restart(with: credentials)
        #expect(agent.drain() == [.credentialsRetired(other.ufrag)])
        #expect(try agent.receive(Check(credentials), from: path(50000), at: 2)?.messageClass == .successResponse)
        #expect(agent.drain() == [])
        #expect(try agent.receive(Check(other), from: path(50000), at: 2)?.code == 401)
    }

    @Test func `no mutation of a check is answered with success or traps`() throws {
        var agent = agent()
        var generator = SplitMix(state: 3)
        var check = Check(credentials)
        check.isNominated = true
        let bytes = try check.bytes()
        var successes = 0
        // FINGERPRINT, eight bytes at the end, is not protected: without it the check is still one.
        for _ in 0..<20_000 {
            var mutated = bytes
            let index = Int.random(in: 0..<mutated.count - 8, using: &generator)
            mutated[index] ^= UInt8.random(in: 1...255, using: &generator)
            guard (try? MessageView(parsing: mutated.rawSpan)) != nil else { continue }
            let answer = try agent.receive(mutated, from: path(50000), at: 1, pwd: credentials.pwd)
            if answer?.messageClass == .successResponse { successes += 1 }
        }
        #expect(successes == 0)
        #expect(agent.state == .new)
    }
}
