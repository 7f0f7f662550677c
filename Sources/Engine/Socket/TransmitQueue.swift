internal import CLinux
internal import Glibc
package import Wire

/// What a shard sends at the end of a turn: datagrams chained into trains, one train per socket and destination.
///
/// Datagrams of one train stand next to each other when they leave, so that runs of equal size go to the kernel as one GSO
/// message; all messages of a socket go in one `sendmmsg`. Nothing is copied: a datagram is a header of up to 48 bytes written
/// here and a payload that lies where it was received, until ``flush(_:statistics:)``.
@safe package struct TransmitQueue: ~Copyable {
    /// Datagrams of a turn: every slot of a receive batch full of the smallest segments that the kernel coalesces (64).
    package static let capacity = ReceiveBatch.capacity * 64
    /// Bytes in front of a payload: ChannelData takes 4, a Data indication 36 (IPv4) or 48 (IPv6).
    package static let headerCapacity = 48
    /// Bytes for datagrams of our own (answers), which are copied.
    package static let scratchByteCount = 256 * 1024

    @safe private struct Datagram: BitwiseCopyable {
        var payload: UnsafeRawPointer
        var payloadByteCount: UInt32
        var next: Int32
        var headerByteCount: UInt8
        var trailerByteCount: UInt8

        var byteCount: Int { Int(payloadByteCount) + Int(headerByteCount) + Int(trailerByteCount) }
    }

    package struct Train: BitwiseCopyable {
        var socket: SocketIndex
        var destination: TransportAddress
        /// The local address to leave from; meaningful where the socket names its source.
        var source: IPAddress
        var dontFragment: Bool
        fileprivate var first: Int32
        fileprivate var last: Int32
        /// The next train of the same socket.
        fileprivate var next: Int32
    }

    /// Where a sender keeps the train it opened in this turn, so that the next datagram to the same destination joins it.
    package struct Cursor: BitwiseCopyable {
        fileprivate var turn: UInt32 = 0
        fileprivate var train: Int32 = -1

        package init() {}

        fileprivate init(turn: UInt32, train: Int32) {
            self.turn = turn
            self.train = train
        }
    }

    private let memory: PageMemory
    private let datagrams: UnsafeMutablePointer<Datagram>
    private let trains: UnsafeMutablePointer<Train>
    private let headers: UnsafeMutableRawPointer
    private let scratch: UnsafeMutableRawPointer
    private let dirty: UnsafeMutablePointer<SocketIndex>
    private var sender = MessageSender()
    private var datagramCount = 0
    private var trainCount = 0
    private var scratchUsed = 0
    private var dirtyCount = 0
    private var turn: UInt32 = 1

    package init() {
        let sizes = [
            Self.capacity * MemoryLayout<Datagram>.stride, Self.capacity * MemoryLayout<Train>.stride,
            Self.capacity * Self.headerCapacity, Self.scratchByteCount,
            Self.capacity * MemoryLayout<SocketIndex>.stride,
        ].map { ($0 + 63) & ~63 }
        memory = PageMemory(byteCount: sizes.reduce(0, +))
        unsafe datagrams = memory.bind(Datagram.self, capacity: Self.capacity)
        unsafe trains = memory.bind(Train.self, capacity: Self.capacity, at: sizes[0])
        unsafe headers = memory.base + sizes[0] + sizes[1]
        unsafe scratch = memory.base + sizes[..<3].reduce(0, +)
        unsafe dirty = memory.bind(SocketIndex.self, capacity: Self.capacity, at: sizes[..<4].reduce(0, +))
    }

    /// True while as many datagrams as a full slot may hold still fit, with their answers.
    package var hasRoomForSlot: Bool {
        Self.capacity - datagramCount >= 64 && Self.scratchByteCount - scratchUsed >= 64 * 1024
    }

    /// The header of the next datagram: write into it, then ``append(...)`` it.
    package var nextHeader: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(
            start: headers + datagramCount * Self.headerCapacity,
            count: Self.headerCapacity
        )
    }

    /// Opens a train, or finds the one that `cursor` opened in this turn to the same destination.
    private mutating func train(
        on socket: SocketIndex,
        to destination: TransportAddress,
        from source: IPAddress,
        dontFragment: Bool,
        cursor: inout Cursor,
        sockets: inout SocketTable
    ) -> Int32 {
        if cursor.turn == turn {
            let train = unsafe trains[Int(cursor.train)]
            if train.destination == destination, train.socket == socket, train.dontFragment == dontFragment,
                train.source == source
            {
                return cursor.train
            }
        }
        let index = Int32(trainCount)
        unsafe trains[trainCount] = Train(
            socket: socket,
            destination: destination,
            source: source,
            dontFragment: dontFragment,
            first: -1,
            last: -1,
            next: -1
        )
        trainCount += 1
        if sockets[socket].firstTrain < 0 {
            sockets[socket].firstTrain = index
            unsafe dirty[dirtyCount] = socket
            dirtyCount += 1
        } else {
            unsafe trains[Int(sockets[socket].lastTrain)].next = index
        }
        sockets[socket].lastTrain = index
        cursor = Cursor(turn: turn, train: index)
        return index
    }

    /// Queues a datagram: the first `headerByteCount` bytes of ``nextHeader``, then the payload, then up to three zero bytes.
    ///
    /// The payload must stay where it is until the queue is flushed. Returns false when the queue is full.
    package mutating func append(
        headerByteCount: Int,
        payload: UnsafeRawBufferPointer,
        trailerByteCount: Int,
        on socket: SocketIndex,
        to destination: TransportAddress,
        from source: IPAddress,
        dontFragment: Bool = false,
        cursor: inout Cursor,
        sockets: inout SocketTable
    ) -> Bool {
        guard datagramCount < Self.capacity, let start = payload.baseAddress else { return false }
        let train = Int(
            self.train(
                on: socket,
                to: destination,
                from: source,
                dontFragment: dontFragment,
                cursor: &cursor,
                sockets: &sockets
            )
        )
        let index = Int32(datagramCount)
        unsafe datagrams[datagramCount] = Datagram(
            payload: start,
            payloadByteCount: UInt32(payload.count),
            next: -1,
            headerByteCount: UInt8(headerByteCount),
            trailerByteCount: UInt8(trailerByteCount)
        )
        datagramCount += 1
        if unsafe trains[train].last < 0 {
            unsafe trains[train].first = index
        } else {
            unsafe datagrams[Int(trains[train].last)].next = index
        }
        unsafe trains[train].last = index
        return true
    }

    /// Copies bytes that will not stay where they are until the flush; nil when there is no room.
    package mutating func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard bytes.count <= Self.scratchByteCount - scratchUsed else { return nil }
        let target = unsafe scratch + scratchUsed
        if let source = bytes.baseAddress { unsafe target.copyMemory(from: source, byteCount: bytes.count) }
        scratchUsed += bytes.count
        return unsafe UnsafeRawBufferPointer(start: target, count: bytes.count)
    }

    /// Queues a copy of `bytes`, for answers of our own.
    package mutating func appendCopy(
        of bytes: RawSpan,
        on socket: SocketIndex,
        to destination: TransportAddress,
        from source: IPAddress,
        cursor: inout Cursor,
        sockets: inout SocketTable
    ) -> Bool {
        guard let kept = unsafe bytes.withUnsafeBytes({ unsafe copy($0) }) else { return false }
        return unsafe append(
            headerByteCount: 0,
            payload: kept,
            trailerByteCount: 0,
            on: socket,
            to: destination,
            from: source,
            cursor: &cursor,
            sockets: &sockets
        )
    }

    /// Sends everything and begins a new turn.
    package mutating func flush(_ sockets: inout SocketTable, statistics: inout TransmitStatistics) {
        for index in 0..<dirtyCount {
            let socket = unsafe dirty[index]
            var train = sockets[socket].firstTrain
            sockets[socket].firstTrain = -1
            sockets[socket].lastTrain = -1
            // A socket that closed in this turn has nothing more to say.
            guard sockets[socket].descriptor >= 0 else { continue }
            while train >= 0 {
                let current = unsafe trains[Int(train)]
                send(current, socket: &sockets[socket], statistics: &statistics)
                train = current.next
            }
            sender.flush(&sockets[socket], statistics: &statistics)
        }
        datagramCount = 0
        trainCount = 0
        scratchUsed = 0
        dirtyCount = 0
        turn = turn == .max ? 1 : turn + 1
    }

    /// Cuts a train into runs that the kernel takes as one message each.
    private mutating func send(_ train: Train, socket: inout SocketSlot, statistics: inout TransmitStatistics) {
        var index = train.first
        while index >= 0 {
            let size = unsafe datagrams[Int(index)].byteCount
            let limit = size > 0 && size <= Int(socket.segmentLimit) ? min(MessageSender.segmentLimit, 65000 / size) : 1
            sender.beginMessage(train, segmentByteCount: size, socket: &socket, statistics: &statistics)
            var count = 0
            while index >= 0, count < max(limit, 1) {
                let datagram = unsafe datagrams[Int(index)]
                let datagramSize = datagram.byteCount
                // Every segment of a run but the last has the same size; the last may be shorter, and not empty.
                guard count == 0 || (datagramSize <= size && datagramSize > 0) else { break }
                unsafe sender.append(
                    header: UnsafeRawBufferPointer(
                        start: headers + Int(index) * Self.headerCapacity,
                        count: Int(datagram.headerByteCount)
                    ),
                    payload: UnsafeRawBufferPointer(start: datagram.payload, count: Int(datagram.payloadByteCount)),
                    trailerByteCount: Int(datagram.trailerByteCount)
                )
                count += 1
                index = datagram.next
                if datagramSize < size { break }
            }
            sender.endMessage(segmentCount: count, socket: &socket, statistics: &statistics)
        }
    }
}
