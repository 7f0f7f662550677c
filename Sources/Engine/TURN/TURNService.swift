internal import TURN
internal import Wire

/// TURN on a shard: carries datagrams between the sockets and the machine that judges them.
struct TURNService: ~Copyable {
    /// How an allocation's client is reached, and the trains that its datagrams joined in this turn.
    struct ClientPath: BitwiseCopyable {
        var allocation: AllocationHandle?
        /// The number of the client's connection, where it speaks TCP or TLS.
        var stream: UInt32?
        var isDTLS = false
        var listener = SocketIndex(value: 0)
        var client = TransportAddress(IPAddress(ipv4: 0), port: 0)
        var source = IPAddress(ipv4: 0)
        var toClient = TransmitQueue.Cursor()
        var toPeer = TransmitQueue.Cursor()
    }

    var server: Server
    var statistics = RelayStatistics()
    /// By index of the allocation.
    private var paths: [ClientPath] = []
    let streams: StreamPort?
    /// Nil where no certificate is configured: then DTLS records are counted and dropped.
    let dtls: DTLSClients?
    /// By number of the connection.
    var streamFiveTuples: [FiveTuple?] = []
    /// Connections whose end the event loop has not heard of yet because its ring was full.
    var unconfirmedEnds: [UInt32] = []

    init(server: consuming Server, streams: StreamPort?, dtls: DTLSClients?) {
        self.server = server
        self.streams = streams
        self.dtls = dtls
    }

    /// When ``advance(to:network:)`` has something to do.
    var nextDeadline: MonotonicTime? {
        let sweep = dtls?.nextSweep ?? .distantFuture
        let deadline = min(sweep, server.nextDeadline ?? .distantFuture)
        return deadline == .distantFuture ? nil : deadline
    }

    mutating func advance(to now: Timestamp, network: inout ShardNetwork) {
        if let deadline = server.nextDeadline, deadline <= now.monotonic { server.advance(to: now, relay: &network) }
        if let sweep = dtls?.nextSweep, sweep <= now.monotonic { sweepDTLS(network: &network, at: now) }
    }

    /// Everything that arrived on a listener in these slots.
    mutating func receiveFromClients(
        _ slots: Range<Int>,
        listener: SocketIndex,
        network: inout ShardNetwork,
        at now: Timestamp
    ) {
        let local = network.datagrams.sockets[listener].local
        for slot in slots {
            guard let client = network.datagrams.batch.source(slot) else { continue }
            let ancillary = network.datagrams.batch.ancillary(slot)
            let source = ancillary.localIP ?? local.ip
            let fiveTuple = FiveTuple(
                transport: .udp,
                client: client,
                server: TransportAddress(source, port: local.port)
            )
            let buffer = unsafe network.datagrams.batch.bytes(slot)
            let step = ancillary.segmentByteCount > 0 ? ancillary.segmentByteCount : max(buffer.count, 1)
            var allocation = server.allocation(over: fiveTuple)
            var offset = 0
            repeat {
                let end = min(offset + step, buffer.count)
                let datagram = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset..<end])
                unsafe receive(
                    datagram,
                    over: fiveTuple,
                    allocation: &allocation,
                    listener: listener,
                    network: &network,
                    at: now
                )
                offset = end
            } while offset < buffer.count
        }
    }

    /// One datagram of a client.
    private mutating func receive(
        _ datagram: UnsafeRawBufferPointer,
        over fiveTuple: FiveTuple,
        allocation: inout AllocationHandle?,
        listener: SocketIndex,
        network: inout ShardNetwork,
        at now: Timestamp
    ) {
        let bytes = unsafe RawSpan(_unsafeBytes: datagram)
        if let first = unsafe datagram.first, (20...63).contains(first) {
            unsafe receiveDTLS(datagram, over: fiveTuple, listener: listener, network: &network, at: now)
            return
        }
        let action: ReceiveAction
        if let allocation, let relayed = server.receive(bytes, on: allocation, at: now.monotonic) {
            action = relayed
        } else {
            action = server.receive(bytes, over: fiveTuple, at: now, relay: &network)
            allocation = server.allocation(over: fiveTuple)
            if let allocation {
                note(allocation, ClientPath(listener: listener, client: fiveTuple.client, source: fiveTuple.server.ip))
            }
        }
        switch action {
        case .drop:
            break
        case .respond:
            var cursor = TransmitQueue.Cursor()
            let queued = network.datagrams.transmit.appendCopy(
                of: server.response,
                on: listener,
                to: fiveTuple.client,
                from: fiveTuple.server.ip,
                cursor: &cursor,
                sockets: &network.datagrams.sockets
            )
            if !queued { statistics.droppedOverload &+= 1 }
        case .relay(let allocation, let peer, let payload, let dontFragment, let mustBeLocal):
            unsafe relay(
                UnsafeRawBufferPointer(rebasing: datagram[payload]),
                of: allocation,
                to: peer,
                dontFragment: dontFragment,
                mustBeLocal: mustBeLocal,
                network: &network
            )
        }
    }

    /// A client's payload on its way to a peer.
    mutating func relay(
        _ payload: UnsafeRawBufferPointer,
        of allocation: AllocationHandle,
        to peer: TransportAddress,
        dontFragment: Bool,
        mustBeLocal: Bool,
        copies: Bool = false,
        network: inout ShardNetwork
    ) {
        let index = Int(allocation.index)
        guard !mustBeLocal, network.relays.indices.contains(index), network.relays[index].allocation == allocation,
            let socket = network.relays[index].socket(peer.ip.family)
        else {
            statistics.droppedWithoutSocket &+= 1
            return
        }
        let kept = unsafe copies ? network.datagrams.transmit.copy(payload) : payload
        guard let kept = unsafe kept else {
            statistics.droppedOverload &+= 1
            return
        }
        let queued = unsafe network.datagrams.transmit.append(
            headerByteCount: 0,
            payload: kept,
            trailerByteCount: 0,
            on: socket,
            to: peer,
            from: network.datagrams.sockets[socket].local.ip,
            dontFragment: dontFragment,
            cursor: &paths[index].toPeer,
            sockets: &network.datagrams.sockets
        )
        if !queued { statistics.droppedOverload &+= 1 }
    }

    /// Everything that arrived from peers on the relay socket of an allocation.
    mutating func receiveFromPeers(
        _ slots: Range<Int>,
        allocationIndex: UInt32,
        network: inout ShardNetwork,
        at now: Timestamp
    ) {
        let index = Int(allocationIndex)
        guard network.relays.indices.contains(index), let allocation = network.relays[index].allocation,
            paths.indices.contains(index), paths[index].allocation == allocation
        else { return }
        for slot in slots {
            guard let peer = network.datagrams.batch.source(slot) else { continue }
            let buffer = unsafe network.datagrams.batch.bytes(slot)
            let segment = network.datagrams.batch.ancillary(slot).segmentByteCount
            let step = segment > 0 ? segment : max(buffer.count, 1)
            var offset = 0
            repeat {
                let end = min(offset + step, buffer.count)
                let payload = unsafe UnsafeRawBufferPointer(rebasing: buffer[offset..<end])
                unsafe receive(payload, from: peer, on: allocation, network: &network, at: now.monotonic)
                offset = end
            } while offset < buffer.count
        }
    }

    /// One datagram of a peer on its way to the client.
    private mutating func receive(
        _ payload: UnsafeRawBufferPointer,
        from peer: TransportAddress,
        on allocation: AllocationHandle,
        network: inout ShardNetwork,
        at now: MonotonicTime
    ) {
        let index = Int(allocation.index)
        var header = unsafe MutableRawSpan(_unsafeBytes: network.datagrams.transmit.nextHeader)
        let action = server.receive(
            fromPeer: peer,
            on: allocation,
            through: .socket,
            payloadCount: payload.count,
            at: now,
            header: &header
        )
        switch action {
        case .drop:
            break
        case .encapsulate(let headerCount, let trailerCount):
            let path = paths[index]
            if let stream = path.stream {
                let header = unsafe UnsafeRawBufferPointer(
                    rebasing: network.datagrams.transmit.nextHeader[..<headerCount]
                )
                let queued = unsafe sendDatagram(
                    header: header,
                    payload: payload,
                    trailerByteCount: trailerCount,
                    to: stream
                )
                if !queued { statistics.droppedOverload &+= 1 }
                return
            }
            if path.isDTLS {
                let header = unsafe UnsafeRawBufferPointer(
                    rebasing: network.datagrams.transmit.nextHeader[..<headerCount]
                )
                let copy = unsafe [UInt8](header)
                unsafe copy.withUnsafeBytes { header in
                    _ = unsafe sendDTLS(
                        header: header,
                        payload: payload,
                        trailerByteCount: trailerCount,
                        of: allocation,
                        network: &network,
                        at: now
                    )
                }
                return
            }
            let queued = unsafe network.datagrams.transmit.append(
                headerByteCount: headerCount,
                payload: payload,
                trailerByteCount: trailerCount,
                on: path.listener,
                to: path.client,
                from: path.source,
                cursor: &paths[index].toClient,
                sockets: &network.datagrams.sockets
            )
            if !queued { statistics.droppedOverload &+= 1 }
        }
    }

    /// An ICMP error about a datagram that left the relay socket of an allocation (RFC 8656 section 11.5).
    mutating func receive(
        _ error: ICMPError,
        allocationIndex: UInt32,
        network: inout ShardNetwork,
        at now: MonotonicTime
    ) {
        let index = Int(allocationIndex)
        guard paths.indices.contains(index), let allocation = paths[index].allocation else { return }
        let action = server.receiveICMP(
            about: error.destination,
            on: allocation,
            type: error.type,
            code: error.code,
            errorData: error.data,
            at: now
        )
        guard case .respond = action else { return }
        let path = paths[index]
        if let stream = path.stream {
            _ = sendAnswer(to: stream)
            return
        }
        if path.isDTLS {
            let message = server.response.array()
            unsafe message.withUnsafeBytes { bytes in
                let nothing = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
                _ = unsafe sendDTLS(
                    header: bytes,
                    payload: nothing,
                    trailerByteCount: 0,
                    of: allocation,
                    network: &network,
                    at: now
                )
            }
            return
        }
        _ = network.datagrams.transmit.appendCopy(
            of: server.response,
            on: path.listener,
            to: path.client,
            from: path.source,
            cursor: &paths[index].toClient,
            sockets: &network.datagrams.sockets
        )
    }

    /// Remembers how the client of a new allocation is reached. False when that is known already.
    @discardableResult
    mutating func note(_ allocation: AllocationHandle, _ path: ClientPath) -> Bool {
        let index = Int(allocation.index)
        while paths.count <= index { paths.append(ClientPath()) }
        guard paths[index].allocation != allocation else { return false }
        paths[index] = path
        paths[index].allocation = allocation
        return true
    }
}
