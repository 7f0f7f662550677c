internal import NIOCore
internal import NIOSSL
internal import Synchronization
internal import TURN
internal import Wire

/// One TCP or TLS client on its event loop: cuts what it sends into messages for the shard, and sends it what the shard has.
///
/// The send queue holds at most ``StreamLimits/queueDelay`` of media; answers always fit. What is waiting goes out as one
/// buffer, so that a burst is one TLS record.
final class StreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes of one write: the payload of the largest TLS record.
    private static let writeByteCount = 16 * 1024
    /// The longest message of a stranger: room for every attribute of an Allocate, and no more memory.
    private static let strangerFramer = StreamFramer(maximumMessageByteCount: 4096)
    private static let framer = StreamFramer()

    private let hub: StreamHub
    private let transport: TransportProtocol
    private var identifier: UInt32?
    private var source: IPAddress?
    private var unread = ByteBuffer()
    private var queue = CircularBuffer<(bytes: ByteBuffer, since: NIODeadline)>()
    private var lastProgress = NIODeadline.now()
    private var lastRead = NIODeadline.now()
    private var since = NIODeadline.now()
    private var hasAllocation = false
    private var context: ChannelHandlerContext?

    init(hub: StreamHub, transport: TransportProtocol) {
        self.hub = hub
        self.transport = transport
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { open(context: context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        open(context: context)
        context.fireChannelActive()
    }

    private func open(context: ChannelHandlerContext) {
        guard identifier == nil else { return }
        guard let client = context.remoteAddress.flatMap(TransportAddress.init(nio:)),
            let server = context.localAddress.flatMap(TransportAddress.init(nio:)), hub.census.admit(client.ip)
        else {
            hub.counters.refused.add(1, ordering: .relaxed)
            context.close(promise: nil)
            return
        }
        source = client.ip
        hub.counters.accepted.add(1, ordering: .relaxed)
        since = .now()
        lastRead = since
        identifier = hub.open(self, FiveTuple(transport: transport, client: client, server: server))
        if identifier == nil { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let source { hub.census.remove(source) }
        source = nil
        if let identifier { hub.close(identifier) }
        identifier = nil
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOSSLError || error is BoringSSLError { hub.counters.handshakesFailed.add(1, ordering: .relaxed) }
        context.close(promise: nil)
    }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        lastRead = .now()
        if unread.readableBytes == 0 {
            unread = bytes
        } else {
            unread.writeBuffer(&bytes)
        }
        forward(context: context)
    }

    /// Hands whole messages to the shard. Where its ring is full the rest waits, and TCP slows the client down.
    private func forward(context: ChannelHandlerContext) {
        guard let identifier else { return }
        let outcome: StreamHub.Outcome = unsafe unread.withUnsafeReadableBytes { bytes in
            unsafe hub.forward(bytes, of: identifier, framer: hasAllocation ? Self.framer : Self.strangerFramer)
        }
        unread.moveReaderIndex(forwardBy: outcome.consumed)
        unread.discardReadBytes()
        switch outcome.state {
        case .waitsForBytes:
            break
        case .waitsForShard:
            setAutoRead(false, context: context)
            let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(1)) {
                let (connection, context) = handler.value
                connection.setAutoRead(true, context: context)
                connection.forward(context: context)
            }
        case .malformed:
            hub.counters.malformed.add(1, ordering: .relaxed)
            context.close(promise: nil)
        }
    }

    private func setAutoRead(_ isOn: Bool, context: ChannelHandlerContext) {
        context.channel.setOption(.autoRead, value: isOn).whenFailure { _ in }
    }

    // MARK: To the client

    /// Queues an answer, or a datagram if the client keeps up.
    func send(_ bytes: UnsafeRawBufferPointer, isDatagram: Bool) {
        guard let context else { return }
        let now = NIODeadline.now()
        if isDatagram, let oldest = queue.first, now - oldest.since > .init(hub.census.limits.queueDelay) {
            hub.counters.droppedSlowClient.add(1, ordering: .relaxed)
            return
        }
        if queue.isEmpty { lastProgress = now }
        // Joins what waits already: fewer and fuller buffers.
        if let last = queue.indices.last, queue[last].bytes.readableBytes + bytes.count <= Self.writeByteCount {
            unsafe queue[last].bytes.writeBytes(bytes)
        } else {
            var buffer = context.channel.allocator.buffer(capacity: max(bytes.count, 4096))
            unsafe buffer.writeBytes(bytes)
            queue.append((buffer, now))
        }
    }

    /// Gives the socket what it takes now.
    func flush() {
        guard let context, context.channel.isActive else { return }
        var hasWritten = false
        while context.channel.isWritable, let next = queue.popFirst() {
            context.write(wrapOutboundOut(next.bytes), promise: nil)
            hasWritten = true
        }
        guard hasWritten else { return }
        lastProgress = .now()
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { flush() }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Deadlines

    func noteAllocation() { hasAllocation = true }

    /// Called about once a second: closes a stranger who stays too long, a client that does not read, and a silent one.
    func checkDeadlines(at now: NIODeadline) {
        let limits = hub.census.limits
        if !hasAllocation, now - since > .init(limits.strangerDeadline) {
            hub.counters.strangersClosed.add(1, ordering: .relaxed)
        } else if !queue.isEmpty, now - lastProgress > .init(limits.progressDeadline) {
            hub.counters.stalled.add(1, ordering: .relaxed)
        } else if now - lastRead <= .init(limits.idleDeadline) {
            return
        }
        close()
    }

    func close() { context?.close(promise: nil) }
}

extension TimeAmount {
    fileprivate init(_ interval: TimeInterval) {
        self = .nanoseconds(interval.nanoseconds)
    }
}

extension TransportAddress {
    /// The same address in our terms; nil for a path of a Unix socket.
    init?(nio address: NIOCore.SocketAddress) {
        guard let text = address.ipAddress, let ip = IPAddress(text.split(separator: "%").first.map(String.init) ?? ""),
            let port = address.port.flatMap(UInt16.init(exactly:))
        else { return nil }
        self.init(ip.canonical, port: port)
    }
}
