import DTLSSRTP
import Wire

/// Two peers in virtual time and what lies between them: delay, loss, repetition and reordering by a seed.
struct Network: ~Copyable {
    struct Conditions {
        var lossPercent = 0
        var duplicationPercent = 0
        var reorderingPercent = 0
        /// Datagrams that are lost, counted from 0 in each direction.
        var lostFromClient: Set<Int> = []
        var lostFromServer: Set<Int> = []
    }

    private struct Flying {
        var arrival: MonotonicTime
        var toServer: Bool
        var datagram: [UInt8]
    }

    var client: Peer
    var server: Peer
    private(set) var now = MonotonicTime.zero
    private(set) var sentByClient: [[UInt8]] = []
    private(set) var sentByServer: [[UInt8]] = []
    private var conditions: Conditions
    private var generator: SplitMix
    private var flying: [Flying] = []

    init(client: consuming Peer, server: consuming Peer, conditions: Conditions = Conditions(), seed: UInt64 = 7) {
        self.client = client
        self.server = server
        self.conditions = conditions
        generator = SplitMix(seed: seed)
    }

    private mutating func chance(_ percent: Int) -> Bool {
        percent > 0 && Int.random(in: 0..<100, using: &generator) < percent
    }

    private mutating func send(_ datagram: [UInt8], toServer: Bool, index: Int) {
        let lost = toServer ? conditions.lostFromClient : conditions.lostFromServer
        if lost.contains(index) || chance(conditions.lossPercent) { return }
        for _ in 0..<(chance(conditions.duplicationPercent) ? 2 : 1) {
            let delay = chance(conditions.reorderingPercent) ? Int64.random(in: 5...60, using: &generator) : 5
            flying.append(Flying(arrival: now + .milliseconds(delay), toServer: toServer, datagram: datagram))
        }
    }

    /// Puts what both sides want to send on its way.
    mutating func flush() {
        for datagram in client.transmits() {
            send(datagram, toServer: true, index: sentByClient.count)
            sentByClient.append(datagram)
        }
        for datagram in server.transmits() {
            send(datagram, toServer: false, index: sentByServer.count)
            sentByServer.append(datagram)
        }
        client.drainEvents()
        server.drainEvents()
    }

    /// Goes to the next arrival or deadline; false when there is none before `end`.
    mutating func step(until end: MonotonicTime) -> Bool {
        flush()
        var next = MonotonicTime.distantFuture
        for datagram in flying { next = min(next, datagram.arrival) }
        if let deadline = client.connection.nextDeadline { next = min(next, deadline) }
        if let deadline = server.connection.nextDeadline { next = min(next, deadline) }
        guard next <= end else {
            now = end
            return false
        }
        now = max(now, next)
        if let index = flying.indices.filter({ flying[$0].arrival <= now }).min(by: {
            flying[$0].arrival < flying[$1].arrival
        }) {
            let datagram = flying.remove(at: index)
            if datagram.toServer {
                server.receive(datagram.datagram, at: now)
            } else {
                client.receive(datagram.datagram, at: now)
            }
            return true
        }
        client.connection.advance(to: now)
        server.connection.advance(to: now)
        return true
    }

    mutating func run(for interval: TimeInterval) {
        let end = now + interval
        while step(until: end) {}
    }

    /// Steps until both are connected or one has failed.
    mutating func connect(within interval: TimeInterval = .seconds(30)) {
        let end = now + interval
        while client.summary == nil || server.summary == nil, client.error == nil, server.error == nil, step(until: end)
        {}
    }
}
