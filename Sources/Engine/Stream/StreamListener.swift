internal import CLinux
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Wire

/// Accepts TCP and TLS clients on the event loops of the shards: every loop has a listening socket of its own and the kernel
/// spreads connections over them.
final class StreamListener: Sendable {
    /// Bytes that a socket may hold without having sent them: keeps the queue where we see it, and can drop from it.
    private static let unsentByteCount = 32 * 1024
    /// TCP_NOTSENT_LOWAT of tcp(7).
    private static let unsentLowWatermark: SocketOptionName = 25

    private let channels: [any Channel]

    private init(channels: [any Channel]) {
        self.channels = channels
    }

    /// What an event loop needs to serve connections.
    struct Loop: Sendable {
        let eventLoop: any EventLoop
        let hub: NIOLoopBound<StreamHub>
    }

    static func start(
        on address: TransportAddress,
        identity: TLSIdentity?,
        loops: [Loop]
    ) async throws -> StreamListener {
        let transport: TransportProtocol = identity == nil ? .tcp : .tls
        var channels: [any Channel] = []
        do {
            for loop in loops {
                var bootstrap = ServerBootstrap(group: loop.eventLoop)
                    .serverChannelOption(.backlog, value: 512)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .serverChannelOption(.socket(SocketOptionLevel(SOL_SOCKET), SO_REUSEPORT), value: 1)
                    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .childChannelOption(.socket(SocketOptionLevel(IPPROTO_TCP), unsentLowWatermark), value: unsentByteCount)
                    .childChannelOption(.writeBufferWaterMark, value: .init(low: 16 * 1024, high: 64 * 1024))
                    .childChannelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            if let identity {
                                try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: identity.context))
                            }
                            let connection = StreamConnection(hub: loop.hub.value, transport: transport)
                            try channel.pipeline.syncOperations.addHandler(connection)
                        }
                    }
                if address.ip.family == .ipv6 {
                    let level = SocketOptionLevel(IPPROTO_IPV6)
                    bootstrap = bootstrap.serverChannelOption(.socket(level, IPV6_V6ONLY), value: 1)
                }
                channels.append(try await bootstrap.bind(host: "\(address.ip)", port: Int(address.port)).get())
            }
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
        return StreamListener(channels: channels)
    }

    /// Stops accepting; connections that are up go on.
    func stop() async {
        for channel in channels { try? await channel.close() }
    }
}

/// Turns the bell of a ``StreamPort`` into a drain of its hub.
final class StreamBellHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let hub: StreamHub

    init(hub: StreamHub) {
        self.hub = hub
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { hub.drain() }
}

extension StreamListener.Loop {
    /// Puts the hub of a shard on its event loop: its bell, and a look at deadlines every second.
    static func start(
        on eventLoop: any EventLoop,
        port: StreamPort,
        census: StreamCensus,
        counters: StreamCounters
    ) async throws -> StreamListener.Loop {
        let hub = try await eventLoop.submit {
            NIOLoopBound(StreamHub(port: port, census: census, counters: counters), eventLoop: eventLoop)
        }.get()
        _ = try await NIOPipeBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(StreamBellHandler(hub: hub.value))
                }
            }
            .takingOwnershipOfDescriptor(input: port.loopBell)
            .get()
        eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            hub.value.checkDeadlines(at: .now())
        }
        return StreamListener.Loop(eventLoop: eventLoop, hub: hub)
    }
}

extension StreamListener {
    /// Binds without SO_REUSEPORT and lets go again.
    static func probe(_ address: TransportAddress) throws(SocketError) {
        let family = address.ip.family == .ipv4 ? AF_INET : AF_INET6
        let descriptor = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketError(call: .socket, address: address) }
        defer { Glibc.close(descriptor) }
        var one: CInt = 1
        // Connections of an earlier process that linger in TIME_WAIT do not count as use.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<CInt>.size))
        if family == AF_INET6 {
            unsafe setsockopt(descriptor, SOL_IPV6, IPV6_V6ONLY, &one, socklen_t(MemoryLayout<CInt>.size))
        }
        var storage = sockaddr_in6()
        let length = unsafe withUnsafeMutableBytes(of: &storage) { memory in
            unsafe memory.baseAddress.map { unsafe SocketAddress.write(address, to: $0) } ?? 0
        }
        let result = unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe Glibc.bind(descriptor, $0, length) }
        }
        guard result == 0, Glibc.listen(descriptor, 1) == 0 else { throw SocketError(call: .bind, address: address) }
    }
}
