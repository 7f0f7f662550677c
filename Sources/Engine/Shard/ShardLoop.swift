internal import DequeModule
internal import TURN
internal import Wire

/// The loop of a shard: wait, receive, judge, send, rest. Lives on the shard's thread and nowhere else.
struct ShardLoop: ~Copyable {
    var network: ShardNetwork
    var turn: TURNService
    let mailbox: Mailbox<ShardCommand>
    private var tick = ServiceTick()
    private var statistics = ShardStatistics()
    private var isStopping = false

    init(
        network: consuming ShardNetwork,
        turn: consuming TURNService,
        mailbox: Mailbox<ShardCommand>
    ) throws(SocketError) {
        try network.datagrams.poller.add(mailbox.descriptor, token: ShardNetwork.mailboxToken)
        self.network = network
        self.turn = turn
        self.mailbox = mailbox
    }

    mutating func run() {
        var readyCount = 0
        while !isStopping {
            let now = MonotonicClock.timestamp()
            let before = statistics.messagesReceived
            var isDrained = handle(readyCount: readyCount, at: now)
            turn.advance(to: now, network: &network)
            if !turn.receiveFromStreams(network: &network, at: now) { isDrained = false }
            network.datagrams.flush()
            turn.releaseStreams()
            statistics.turns &+= 1
            let rest = tick.rest(
                after: Int(truncatingIfNeeded: statistics.messagesReceived &- before),
                at: now.monotonic,
                isDrained: isDrained
            )
            if rest > .zero {
                statistics.rests &+= 1
                MonotonicClock.sleep(for: rest - (MonotonicClock.now() - now.monotonic))
            }
            readyCount = network.datagrams.poller.wait(milliseconds: isDrained ? timeout(at: MonotonicClock.now()) : 0)
        }
        network.datagrams.closeAll()
    }

    /// Milliseconds until the next deadline, rounded up; -1 when there is none.
    private func timeout(at now: MonotonicTime) -> Int32 {
        guard let deadline = turn.nextDeadline else { return -1 }
        let nanoseconds = max(0, (deadline - now).nanoseconds)
        return Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
    }

    /// Serves the descriptors that the poller found. False when there was more than the buffers of a turn could take.
    private mutating func handle(readyCount: Int, at now: Timestamp) -> Bool {
        var isDrained = readyCount < Poller.eventCapacity
        for event in 0..<readyCount {
            let token = network.datagrams.poller.token(event)
            if token == ShardNetwork.mailboxToken {
                executeCommands(at: now)
                continue
            }
            let socket = SocketIndex(value: UInt32(truncatingIfNeeded: token))
            // Closed earlier in this turn.
            guard network.datagrams.sockets[socket].descriptor >= 0 else { continue }
            if !network.datagrams.transmit.hasRoomForSlot || network.datagrams.batch.free == 0 {
                network.datagrams.flush()
            }
            if network.datagrams.poller.hasError(event) { collectErrors(of: socket, at: now) }
            if !receive(from: socket, at: now) { isDrained = false }
        }
        return isDrained
    }

    /// One receive call on a socket. False when the socket may have more.
    private mutating func receive(from socket: SocketIndex, at now: Timestamp) -> Bool {
        let limit = Int(network.datagrams.sockets[socket].receiveLimit)
        let slots = network.datagrams.receive(from: socket)
        statistics.messagesReceived &+= UInt64(slots.count)
        switch network.datagrams.sockets[socket].role {
        case .listener:
            turn.receiveFromClients(slots, listener: socket, network: &network, at: now)
        case .relay(let allocationIndex):
            turn.receiveFromPeers(slots, allocationIndex: allocationIndex, network: &network, at: now)
        }
        return slots.count < limit
    }

    private mutating func collectErrors(of socket: SocketIndex, at now: Timestamp) {
        // As many as a turn may bring; what is left comes up again.
        for _ in 0..<32 {
            guard let error = ErrorQueue.next(of: network.datagrams.sockets[socket].descriptor) else { return }
            guard case .relay(let allocationIndex) = network.datagrams.sockets[socket].role else { continue }
            turn.receive(error, allocationIndex: allocationIndex, network: &network, at: now.monotonic)
        }
    }

    private mutating func executeCommands(at now: Timestamp) {
        for command in mailbox.takeAll() { execute(command, at: now) }
    }

    private mutating func execute(_ command: ShardCommand, at now: Timestamp) {
        switch command {
        case .snapshot(let reply):
            reply.resume(returning: snapshot())
        case .reconfigure(let configuration, let identity, let reply):
            turn.server.reconfigure(configuration, at: now, relay: &network)
            if let identity { turn.dtls?.replace(identity) }
            reply.resume()
        case .drain(let answer, let reply):
            turn.server.beginDrain(answering: answer)
            reply.resume()
        case .stop(let reply):
            isStopping = true
            reply.resume()
        }
    }

    private func snapshot() -> ShardSnapshot {
        ShardSnapshot(
            allocations: turn.server.allocationCount,
            turn: turn.server.counters,
            relayed: turn.statistics,
            dtls: turn.dtlsStatistics,
            transmit: network.datagrams.statistics,
            relaySockets: network.relaySocketStatistics,
            shard: statistics
        )
    }
}
