internal import Synchronization
internal import Wire

/// What crosses between a shard and the event loop that carries its TCP and TLS clients.
enum StreamRecordKind: UInt8 {
    /// To the shard: a connection is there. Its ``FiveTuple`` follows.
    case opened
    /// To the shard: one message of a client, framed. To the event loop: an answer, which is never dropped.
    case message
    /// To the event loop: a relayed datagram in its encapsulation, dropped where the client reads too slowly.
    case datagram
    /// To the shard: the connection is gone. To the event loop: the shard has forgotten it too.
    case closed
    /// To the event loop: the client has an allocation now, so it is no stranger any more.
    case allocated
}

/// A bounded queue of records from one thread to one other, in memory that is there from the start.
///
/// Records lie in one piece, so a reader works on them where they are until it calls ``release()``. When the ring is full the
/// writer is told and drops what it has: the newest.
///
/// `@unchecked Sendable`: the memory between `tail` and `head` belongs to the one reader, the rest to the one writer, and both
/// positions are handed over with release and acquire ordering; the cursors of each side are touched by that side only.
final class StreamRing: @unchecked Sendable {
    /// Enough for 50 ms at 150 Mbit/s; memory is touched as used.
    static let byteCount = 1 << 20
    /// Bytes in front of each record: length (4), connection (4), kind (1), padding.
    private static let headerByteCount = 16
    private static let wrapMark = UInt32.max

    @safe struct Record {
        var kind: StreamRecordKind
        var connection: UInt32
        var bytes: UnsafeRawBufferPointer
    }

    private let memory = PageMemory(byteCount: byteCount)
    /// Bytes ever written and published.
    private let head = Atomic<UInt64>(0)
    /// Bytes ever read and given back.
    private let tail = Atomic<UInt64>(0)
    private var writeCursor: UInt64 = 0
    private var readCursor: UInt64 = 0

    // MARK: The writer's side

    /// Room for a record of `count` bytes, or nil when the ring is full. ``commit(...)`` publishes it.
    func reserve(_ count: Int) -> UnsafeMutableRawBufferPointer? {
        let needed = Self.headerByteCount + (count + 15) & ~15
        guard count >= 0, needed <= Self.byteCount / 2 else { return nil }
        var start = Int(writeCursor % UInt64(Self.byteCount))
        let free = Self.byteCount - Int(writeCursor &- tail.load(ordering: .acquiring))
        let toEnd = Self.byteCount - start
        if toEnd < needed {
            // A record does not wrap: the rest of the memory is skipped.
            guard free >= toEnd + needed else { return nil }
            unsafe (memory.base + start).storeBytes(of: Self.wrapMark, as: UInt32.self)
            writeCursor &+= UInt64(toEnd)
            start = 0
        } else if free < needed {
            return nil
        }
        return unsafe UnsafeMutableRawBufferPointer(start: memory.base + start + Self.headerByteCount, count: count)
    }

    /// Publishes what was written into the last reservation.
    func commit(_ kind: StreamRecordKind, connection: UInt32, count: Int) {
        let record = unsafe memory.base + Int(writeCursor % UInt64(Self.byteCount))
        unsafe record.storeBytes(of: UInt32(count), as: UInt32.self)
        unsafe record.storeBytes(of: connection, toByteOffset: 4, as: UInt32.self)
        unsafe record.storeBytes(of: kind.rawValue, toByteOffset: 8, as: UInt8.self)
        writeCursor &+= UInt64(Self.headerByteCount + (count + 15) & ~15)
        head.store(writeCursor, ordering: .releasing)
    }

    /// Reserves and commits a record made of the given pieces. False when the ring is full.
    func write(
        _ kind: StreamRecordKind,
        connection: UInt32,
        header: UnsafeRawBufferPointer = unsafe UnsafeRawBufferPointer(start: nil, count: 0),
        payload: UnsafeRawBufferPointer = unsafe UnsafeRawBufferPointer(start: nil, count: 0),
        trailerByteCount: Int = 0
    ) -> Bool {
        let count = header.count + payload.count + trailerByteCount
        guard let target = unsafe reserve(count) else { return false }
        guard let start = target.baseAddress else { return false }
        if let source = header.baseAddress { unsafe start.copyMemory(from: source, byteCount: header.count) }
        if let source = payload.baseAddress {
            unsafe (start + header.count).copyMemory(from: source, byteCount: payload.count)
        }
        for offset in header.count + payload.count..<count { unsafe start.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self) }
        commit(kind, connection: connection, count: count)
        return true
    }

    // MARK: The reader's side

    /// The next record, in place until ``release()``.
    func next() -> Record? {
        let published = head.load(ordering: .acquiring)
        while readCursor != published {
            let start = Int(readCursor % UInt64(Self.byteCount))
            let record = unsafe UnsafeRawPointer(memory.base + start)
            let length = unsafe record.load(as: UInt32.self)
            if length == Self.wrapMark {
                readCursor &+= UInt64(Self.byteCount - start)
                continue
            }
            readCursor &+= UInt64(Self.headerByteCount + (Int(length) + 15) & ~15)
            guard let kind = unsafe StreamRecordKind(rawValue: record.load(fromByteOffset: 8, as: UInt8.self)) else { continue }
            return unsafe Record(
                kind: kind,
                connection: record.load(fromByteOffset: 4, as: UInt32.self),
                bytes: UnsafeRawBufferPointer(start: record + Self.headerByteCount, count: Int(length))
            )
        }
        return nil
    }

    /// Gives the memory of every record read so far back to the writer.
    func release() {
        tail.store(readCursor, ordering: .releasing)
    }
}
