internal import DTLSSRTP
internal import TURN
internal import Wire

/// Clients that speak DTLS on a UDP listener: records in and out, one TURN message in each.
extension TURNService {
    /// A connection without an allocation ends after this.
    private static var strangerDeadline: TimeInterval { .seconds(15) }

    /// One datagram whose first byte is that of a DTLS record (RFC 7983).
    mutating func receiveDTLS(
        _ datagram: UnsafeRawBufferPointer,
        over fiveTuple: FiveTuple,
        listener: SocketIndex,
        network: inout ShardNetwork,
        at now: Timestamp
    ) {
        var fiveTuple = fiveTuple
        fiveTuple.transport = .dtls
        let bytes = unsafe RawSpan(_unsafeBytes: datagram)
        if let client = dtls?.clients[fiveTuple] {
            client.connection.receive(bytes, at: now.monotonic)
            drain(client, network: &network, at: now)
            return
        }
        var memory = [UInt8](repeating: 0, count: 512)
        var span = memory.mutableSpan
        var reply = unsafe span.mutableBytes
        guard
            let (client, replyByteCount) = dtls?.receive(
                bytes,
                over: fiveTuple,
                on: listener,
                at: now.monotonic,
                into: &reply
            )
        else {
            statistics.dtlsRecordsUnserved &+= 1
            return
        }
        if let client {
            drain(client, network: &network, at: now)
        } else if replyByteCount > 0 {
            send(memory.rawSpan.extracting(0..<replyByteCount), over: fiveTuple, listener: listener, network: &network)
        }
    }

    /// Does what a connection asks for after each input.
    private mutating func drain(_ client: DTLSClients.Client, network: inout ShardNetwork, at now: Timestamp) {
        while let event = client.connection.nextEvent() {
            switch event {
            case .applicationData(let message):
                receive(message, from: client, network: &network, at: now)
            case .closed, .failed:
                server.clientClosed(client.fiveTuple, relay: &network)
            case .connected, .keyLog:
                break
            }
        }
        transmit(client, network: &network)
        if client.connection.hasEnded { dtls?.remove(client) }
    }

    /// One TURN message of a client.
    private mutating func receive(
        _ message: [UInt8],
        from client: DTLSClients.Client,
        network: inout ShardNetwork,
        at now: Timestamp
    ) {
        let action = server.receive(message.rawSpan, over: client.fiveTuple, at: now, relay: &network)
        if let allocation = server.allocation(over: client.fiveTuple) {
            client.lastUse = now.monotonic
            note(
                allocation,
                ClientPath(
                    isDTLS: true,
                    listener: client.listener,
                    client: client.fiveTuple.client,
                    source: client.fiveTuple.server.ip
                )
            )
        }
        switch action {
        case .drop:
            break
        case .respond:
            sendDTLS(server.response, to: client, at: now.monotonic)
        case .relay(let allocation, let peer, let payload, let dontFragment, let mustBeLocal):
            unsafe message.withUnsafeBytes { bytes in
                unsafe relay(
                    UnsafeRawBufferPointer(rebasing: bytes[payload]),
                    of: allocation,
                    to: peer,
                    dontFragment: dontFragment,
                    mustBeLocal: mustBeLocal,
                    copies: true,
                    network: &network
                )
            }
        }
    }

    private func sendDTLS(_ message: RawSpan, to client: DTLSClients.Client, at now: MonotonicTime) {
        // A connection that cannot send is ending; its client asks again on another.
        do throws(DTLSError) { try client.connection.sendApplicationData(message, at: now) } catch {}
    }

    /// A relayed datagram in its encapsulation. False when there is no connection any more.
    mutating func sendDTLS(
        header: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer,
        trailerByteCount: Int,
        of allocation: AllocationHandle,
        network: inout ShardNetwork,
        at now: MonotonicTime
    ) -> Bool {
        guard let fiveTuple = server.fiveTuple(of: allocation), let client = dtls?.clients[fiveTuple] else {
            return false
        }
        var message: [UInt8] = []
        message.reserveCapacity(header.count + payload.count + trailerByteCount)
        unsafe message.append(contentsOf: header)
        unsafe message.append(contentsOf: payload)
        message.append(contentsOf: repeatElement(0, count: trailerByteCount))
        sendDTLS(message.rawSpan, to: client, at: now)
        transmit(client, network: &network)
        return true
    }

    private mutating func transmit(_ client: DTLSClients.Client, network: inout ShardNetwork) {
        var memory = [UInt8](repeating: 0, count: 2048)
        while true {
            var span = memory.mutableSpan
            var buffer = unsafe span.mutableBytes
            guard let count = client.connection.nextTransmit(into: &buffer) else { return }
            send(
                memory.rawSpan.extracting(0..<count),
                over: client.fiveTuple,
                listener: client.listener,
                network: &network
            )
        }
    }

    /// Queues a datagram of our own to a client on a UDP listener.
    private mutating func send(
        _ datagram: RawSpan,
        over fiveTuple: FiveTuple,
        listener: SocketIndex,
        network: inout ShardNetwork
    ) {
        var cursor = TransmitQueue.Cursor()
        let queued = network.datagrams.transmit.appendCopy(
            of: datagram,
            on: listener,
            to: fiveTuple.client,
            from: fiveTuple.server.ip,
            cursor: &cursor,
            sockets: &network.datagrams.sockets
        )
        if !queued { statistics.droppedOverload &+= 1 }
    }

    /// Retransmits what is due and ends connections that lead to nothing. Called when ``DTLSClients/nextSweep`` has come.
    mutating func sweepDTLS(network: inout ShardNetwork, at now: Timestamp) {
        guard let clients = dtls?.clients.values else { return }
        for client in clients {
            if let deadline = client.connection.nextDeadline, deadline <= now.monotonic {
                client.connection.advance(to: now.monotonic)
            }
            if server.allocation(over: client.fiveTuple) != nil {
                client.lastUse = now.monotonic
            } else if now.monotonic - client.lastUse > Self.strangerDeadline {
                client.connection.close(at: now.monotonic)
            }
            drain(client, network: &network, at: now)
        }
        dtls?.didSweep(at: now.monotonic)
    }

    var dtlsStatistics: DTLSStatistics {
        guard let counters = dtls?.counters else { return DTLSStatistics() }
        return DTLSStatistics(
            connections: dtls?.clients.count ?? 0,
            accepted: counters.accepted,
            cookiesSent: counters.cookiesSent,
            cookiesRefused: counters.cookiesRefused,
            refused: counters.refused,
            malformed: counters.malformed
        )
    }
}
