public import DTLSSRTP
internal import DequeModule
internal import NIOCore
internal import NIOPosix
public import TURN
public import Wire

/// All shards of a process with their listeners: what the command line starts, reloads, drains and stops.
public final class ShardGroup: Sendable {
    public struct Configuration: Sendable {
        /// A thread with its sockets each; usually one per core.
        public var shardCount = 1
        public var udpListeners: [TransportAddress] = []
        public var tcpListeners: [TransportAddress] = []
        public var tlsListeners: [TransportAddress] = []
        /// Needed for TLS listeners.
        public var identity: TLSIdentity?
        /// DTLS clients are served on every UDP listener when there is one: a record is told from TURN by its first byte.
        public var dtlsIdentity: CertificateIdentity?
        public var streamLimits = StreamLimits()
        public var turn: TURN.Configuration
        public var shared: SharedState

        public init(turn: TURN.Configuration, shared: SharedState) {
            self.turn = turn
            self.shared = shared
        }
    }

    /// Why the listeners could not be opened: every address that failed, not only the first.
    public struct StartError: Error, CustomStringConvertible {
        public let failures: [SocketError]
        public var description: String { failures.map(\.description).joined(separator: "; ") }
    }

    private let shards: [Shard]
    private let trimming: Task<Void, Never>
    private let shared: SharedState
    private let eventLoops: MultiThreadedEventLoopGroup?
    private let streamListeners: [StreamListener]
    private let census: StreamCensus
    private let streamCounters: StreamCounters
    /// The smallest receive queue of a UDP listener.
    private let receiveBufferByteCount: Int32?

    private init(
        shards: [Shard],
        shared: SharedState,
        receiveBufferByteCount: Int32?,
        eventLoops: MultiThreadedEventLoopGroup?,
        streamListeners: [StreamListener],
        census: StreamCensus,
        streamCounters: StreamCounters
    ) {
        self.shards = shards
        self.shared = shared
        let trimmer = MemoryTrimmer(shared: shared)
        self.trimming = Task.detached(priority: .background) { await trimmer.run() }
        self.receiveBufferByteCount = receiveBufferByteCount
        self.eventLoops = eventLoops
        self.streamListeners = streamListeners
        self.census = census
        self.streamCounters = streamCounters
    }

    /// Opens every listener and starts the threads.
    ///
    /// Each address is tried without SO_REUSEPORT first: another process that shares ports would otherwise take part of the
    /// traffic and nobody would be told.
    public static func start(_ configuration: Configuration) async throws -> ShardGroup {
        precondition(configuration.shardCount > 0, "there is at least one shard")
        try probe(configuration)
        let servesStreams = !(configuration.tcpListeners.isEmpty && configuration.tlsListeners.isEmpty)
        var shards: [Shard] = []
        var receiveBuffer: Int32?
        for index in 0..<configuration.shardCount {
            var listeners = UniqueDeque<DatagramSocket>()
            for address in configuration.udpListeners {
                var options = DatagramSocket.Options()
                options.sharesPort = true
                options.reportsLocalAddress = address.ip.isUnspecified
                let socket = try DatagramSocket(bindingTo: address, options: options)
                receiveBuffer = min(receiveBuffer ?? .max, socket.receiveBufferByteCount)
                listeners.append(socket)
            }
            let server = Server(configuration: configuration.turn, shared: configuration.shared)
            shards.append(
                try Shard(
                    index: index,
                    listeners: listeners,
                    server: server,
                    servesStreams: servesStreams,
                    identity: configuration.dtlsIdentity
                )
            )
        }
        let census = StreamCensus(limits: configuration.streamLimits)
        let counters = StreamCounters()
        guard servesStreams else {
            return ShardGroup(
                shards: shards,
                shared: configuration.shared,
                receiveBufferByteCount: receiveBuffer,
                eventLoops: nil,
                streamListeners: [],
                census: census,
                streamCounters: counters
            )
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: shards.count)
        var loops: [StreamListener.Loop] = []
        for (shard, eventLoop) in zip(shards, group.makeIterator()) {
            guard let port = shard.streams else { continue }
            loops.append(
                try await StreamListener.Loop.start(on: eventLoop, port: port, census: census, counters: counters)
            )
        }
        var listeners: [StreamListener] = []
        for address in configuration.tcpListeners {
            listeners.append(try await StreamListener.start(on: address, identity: nil, loops: loops))
        }
        if let identity = configuration.identity {
            for address in configuration.tlsListeners {
                listeners.append(try await StreamListener.start(on: address, identity: identity, loops: loops))
            }
        }
        return ShardGroup(
            shards: shards,
            shared: configuration.shared,
            receiveBufferByteCount: receiveBuffer,
            eventLoops: group,
            streamListeners: listeners,
            census: census,
            streamCounters: counters
        )
    }

    private static func probe(_ configuration: Configuration) throws(StartError) {
        var failures: [SocketError] = []
        for address in configuration.udpListeners {
            do throws(SocketError) { _ = try DatagramSocket(bindingTo: address) } catch { failures.append(error) }
        }
        for address in configuration.tcpListeners + configuration.tlsListeners {
            do throws(SocketError) { try StreamListener.probe(address) } catch { failures.append(error) }
        }
        guard failures.isEmpty else { throw StartError(failures: failures) }
    }

    /// What an operator should know about the receive queues, in sentences.
    ///
    /// A queue must hold what arrives while a shard rests or computes; Linux's default limit holds 92 packets of 1200 bytes.
    public func bufferWarnings() -> [String] {
        guard let granted = receiveBufferByteCount, granted < DatagramSocket.Options().bufferByteCount else {
            return []
        }
        return [
            "the kernel gives a listener \(granted) bytes of receive queue: raise net.core.rmem_max to "
                + "\(DatagramSocket.Options().bufferByteCount) for bursts"
        ]
    }

    /// New policy, secrets and limits for every shard. Returns when all of them obey.
    /// A new certificate, where one is given, is for new DTLS connections.
    public func reconfigure(_ configuration: TURN.Configuration, dtlsIdentity: CertificateIdentity? = nil) async {
        for shard in shards { await shard.reconfigure(configuration, identity: dtlsIdentity) }
    }

    /// From here on no client gets a new allocation; those that are there live on.
    func beginDrain(answering answer: DrainAnswer) async {
        for shard in shards { await shard.beginDrain(answering: answer) }
    }

    /// Drains: no new allocations, and back when the last one has ended or `timeout` has passed. Then everything stops.
    public func drain(answering answer: DrainAnswer, timeout: TimeInterval) async {
        await beginDrain(answering: answer)
        let deadline = MonotonicClock.now() + timeout
        while shared.allocationCount > 0, MonotonicClock.now() < deadline {
            // Allocations end when their clients leave; nobody is in a hurry to see it.
            try? await Task.sleep(for: .milliseconds(100))
        }
        await stop()
    }

    /// The counters of each shard.
    public func snapshots() async -> [ShardSnapshot] {
        var snapshots: [ShardSnapshot] = []
        for shard in shards {
            if let snapshot = await shard.snapshot() { snapshots.append(snapshot) }
        }
        return snapshots
    }

    public func streamStatistics() -> StreamStatistics { streamCounters.snapshot(connections: census.total) }

    /// Ends everything at once.
    public func stop() async {
        trimming.cancel()
        for listener in streamListeners { await listener.stop() }
        for shard in shards { await shard.stop() }
        try? await eventLoops?.shutdownGracefully()
    }
}
