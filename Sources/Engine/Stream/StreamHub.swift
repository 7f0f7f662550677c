internal import NIOCore
internal import TURN
internal import Wire

/// The connections of one event loop and their way to its shard. Lives on the event loop and nowhere else.
final class StreamHub {
    struct Outcome {
        enum State {
            case waitsForBytes
            case waitsForShard
            case malformed
        }
        /// Bytes of whole messages that the shard has got.
        var consumed: Int
        var state: State
    }

    let port: StreamPort
    let census: StreamCensus
    let counters: StreamCounters
    private var connections: [StreamConnection?] = []
    private var free: [UInt32] = []
    private var touched: [UInt32] = []
    /// Ends that the shard has not heard of yet because its ring was full.
    private var unannounced: [UInt32] = []

    init(port: StreamPort, census: StreamCensus, counters: StreamCounters) {
        self.port = port
        self.census = census
        self.counters = counters
    }

    /// Gives a connection its number and tells the shard. Nil when the shard is too far behind to hear of it.
    func open(_ connection: StreamConnection, _ fiveTuple: FiveTuple) -> UInt32? {
        let identifier = free.popLast() ?? UInt32(connections.count)
        let announced = unsafe withUnsafeBytes(of: fiveTuple) { bytes in
            unsafe port.toShard.write(.opened, connection: identifier, payload: bytes)
        }
        guard announced else {
            if Int(identifier) < connections.count { free.append(identifier) }
            return nil
        }
        if Int(identifier) == connections.count {
            connections.append(connection)
        } else {
            connections[Int(identifier)] = connection
        }
        port.ringShard()
        return identifier
    }

    /// Forgets a connection. Its number is free again once the shard has confirmed the end.
    func close(_ identifier: UInt32) {
        connections[Int(identifier)] = nil
        if unsafe port.toShard.write(.closed, connection: identifier) {
            port.ringShard()
        } else {
            unannounced.append(identifier)
        }
    }

    /// Cuts `bytes` into messages and writes them into the shard's ring.
    func forward(_ bytes: UnsafeRawBufferPointer, of identifier: UInt32, framer: StreamFramer) -> Outcome {
        var consumed = 0
        defer { if consumed > 0 { port.ringShard() } }
        while true {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[consumed...])
            switch unsafe framer.next(in: RawSpan(_unsafeBytes: rest)) {
            case .needMore:
                return Outcome(consumed: consumed, state: .waitsForBytes)
            case .malformed:
                return Outcome(consumed: consumed, state: .malformed)
            case .message(let range, let byteCount):
                let message = unsafe UnsafeRawBufferPointer(rebasing: rest[range])
                guard unsafe port.toShard.write(.message, connection: identifier, payload: message) else {
                    return Outcome(consumed: consumed, state: .waitsForShard)
                }
                consumed += byteCount
            }
        }
    }

    /// Hands out everything that the shard has written.
    func drain() {
        port.answerLoopBell()
        while let record = port.toLoop.next() {
            let index = Int(record.connection)
            guard connections.indices.contains(index) else { continue }
            switch record.kind {
            case .message, .datagram:
                guard let connection = connections[index] else { continue }
                unsafe connection.send(record.bytes, isDatagram: record.kind == .datagram)
                if touched.last != record.connection { touched.append(record.connection) }
            case .allocated:
                connections[index]?.noteAllocation()
            case .closed:
                // The shard's last word on a connection that has ended: its number is free.
                free.append(record.connection)
            case .opened:
                continue
            }
        }
        port.toLoop.release()
        for identifier in touched { connections[Int(identifier)]?.flush() }
        touched.removeAll(keepingCapacity: true)
    }

    /// Called about once a second.
    func checkDeadlines(at now: NIODeadline) {
        for connection in connections { connection?.checkDeadlines(at: now) }
        while let identifier = unannounced.last, unsafe port.toShard.write(.closed, connection: identifier) {
            unannounced.removeLast()
            port.ringShard()
        }
    }
}
