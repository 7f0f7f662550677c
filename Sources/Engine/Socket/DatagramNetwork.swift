internal import Glibc
internal import Wire

/// Sockets with what it takes to receive from them in batches and to send to many destinations at once: a poller, the buffers
/// of a turn, and a queue of trains. Belongs to one thread, which turns: wait, receive, queue, ``flush()``.
package struct DatagramNetwork: ~Copyable {
    package let poller: Poller
    package var sockets = SocketTable()
    package var batch = ReceiveBatch()
    package var transmit = TransmitQueue()
    package var statistics = TransmitStatistics()

    package init() throws(SocketError) {
        poller = try Poller()
    }

    /// Puts a socket into the table and watches it; its index is its token in the poller.
    package mutating func add(
        _ socket: consuming DatagramSocket,
        role: SocketRole,
        namesSource: Bool
    ) throws(SocketError) -> SocketIndex {
        let local = socket.localAddress
        let descriptor = socket.takeDescriptor()
        let index = sockets.insert(
            SocketSlot(descriptor: descriptor, role: role, local: local, namesSource: namesSource)
        )
        do throws(SocketError) {
            try poller.add(descriptor, token: UInt64(index.value))
        } catch {
            Glibc.close(descriptor)
            sockets.remove(index)
            throw error
        }
        return index
    }

    package mutating func close(_ index: SocketIndex) {
        let descriptor = sockets[index].descriptor
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        sockets.remove(index)
    }

    /// Closes every socket: the end of a shard.
    package mutating func closeAll() {
        for index in sockets.slots.indices { close(SocketIndex(value: UInt32(index))) }
    }

    /// Sends what the turn has gathered and frees its buffers.
    package mutating func flush() {
        transmit.flush(&sockets, statistics: &statistics)
        sockets.recycle()
        batch.reset()
    }

    /// Receives from a socket into free slots, as many messages as its last receives suggest.
    package mutating func receive(from index: SocketIndex) -> Range<Int> {
        let limit = Int(sockets[index].receiveLimit)
        let slots = batch.receive(from: sockets[index].descriptor, limit: limit)
        // Asking for more than there is costs a look at the empty queue; asking for less costs a turn.
        if slots.count == limit {
            sockets[index].receiveLimit = UInt16(min(limit * 2, ReceiveBatch.capacity / 2))
        } else {
            sockets[index].receiveLimit = UInt16(max(1, slots.count))
        }
        return slots
    }
}
