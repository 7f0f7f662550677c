internal import TURN
internal import Wire

/// Clients that come over TCP or TLS: their messages arrive in a ring and lie there until the turn ends.
extension TURNService {
    /// Everything that the event loop has written since the last turn. The ring's memory is given back by ``releaseStreams()``.
    /// False when the turn had no room for all of it.
    mutating func receiveFromStreams(network: inout ShardNetwork, at now: Timestamp) -> Bool {
        guard let streams else { return true }
        streams.answerShardBell()
        while true {
            guard network.datagrams.transmit.hasRoomForSlot else { return false }
            guard let record = streams.toShard.next() else { return true }
            switch record.kind {
            case .opened:
                guard unsafe record.bytes.count == MemoryLayout<FiveTuple>.size else { continue }
                let index = Int(record.connection)
                while streamFiveTuples.count <= index { streamFiveTuples.append(nil) }
                streamFiveTuples[index] = unsafe record.bytes.loadUnaligned(as: FiveTuple.self)
            case .message:
                unsafe receive(record.bytes, stream: record.connection, network: &network, at: now)
            case .closed:
                close(record.connection, network: &network)
            case .datagram, .allocated:
                continue
            }
        }
    }

    /// Gives the memory of the records of this turn back. What points into it has been sent.
    mutating func releaseStreams() {
        guard let streams else { return }
        streams.toShard.release()
        while let connection = unconfirmedEnds.last, unsafe streams.toLoop.write(.closed, connection: connection) {
            unconfirmedEnds.removeLast()
            streams.ringLoop()
        }
    }

    /// One message of a client.
    private mutating func receive(
        _ message: UnsafeRawBufferPointer,
        stream: UInt32,
        network: inout ShardNetwork,
        at now: Timestamp
    ) {
        let index = Int(stream)
        guard streamFiveTuples.indices.contains(index), let fiveTuple = streamFiveTuples[index] else { return }
        let bytes = unsafe RawSpan(_unsafeBytes: message)
        let action = server.receive(bytes, over: fiveTuple, at: now, relay: &network)
        if let allocation = server.allocation(over: fiveTuple),
            note(allocation, ClientPath(stream: stream, client: fiveTuple.client, source: fiveTuple.server.ip))
        {
            if unsafe streams?.toLoop.write(.allocated, connection: stream) == true { streams?.ringLoop() }
        }
        switch action {
        case .drop:
            break
        case .respond:
            if !sendAnswer(to: stream) { statistics.droppedOverload &+= 1 }
        case .relay(let allocation, let peer, let payload, let dontFragment, let mustBeLocal):
            unsafe relay(
                UnsafeRawBufferPointer(rebasing: message[payload]),
                of: allocation,
                to: peer,
                dontFragment: dontFragment,
                mustBeLocal: mustBeLocal,
                network: &network
            )
        }
    }

    private mutating func close(_ stream: UInt32, network: inout ShardNetwork) {
        let index = Int(stream)
        guard streamFiveTuples.indices.contains(index) else { return }
        if let fiveTuple = streamFiveTuples[index] { server.clientClosed(fiveTuple, relay: &network) }
        streamFiveTuples[index] = nil
        unconfirmedEnds.append(stream)
    }

    /// Sends the machine's answer. False when the ring is full.
    func sendAnswer(to stream: UInt32) -> Bool {
        guard let streams else { return false }
        let queued = unsafe server.response.withUnsafeBytes { bytes in
            unsafe streams.toLoop.write(.message, connection: stream, payload: bytes)
        }
        streams.ringLoop()
        return queued
    }

    /// Sends a relayed datagram. False when the ring is full.
    func sendDatagram(
        header: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer,
        trailerByteCount: Int,
        to stream: UInt32
    ) -> Bool {
        guard let streams else { return false }
        let queued = unsafe streams.toLoop.write(
            .datagram,
            connection: stream,
            header: header,
            payload: payload,
            trailerByteCount: trailerByteCount
        )
        streams.ringLoop()
        return queued
    }
}
