import Glibc
import Testing
import Wire

@testable import Engine

@Suite("Transmit queue and receive batch")
struct TransmitQueueTests {
    /// Two sockets on loopback, a queue that sends on one and a batch that receives from the other.
    struct Link: ~Copyable {
        var table: SocketTable
        let sender: SocketIndex
        let senderAddress: TransportAddress
        let receiver: DatagramSocket
        var queue = TransmitQueue()
        var batch = ReceiveBatch()
        var statistics = TransmitStatistics()
        var cursor = TransmitQueue.Cursor()

        init(_ address: String, namesSource: Bool = false, coalesces: Bool = true) throws {
            var options = DatagramSocket.Options()
            options.reportsLocalAddress = true
            options.coalescesReceives = coalesces
            let ip = try #require(IPAddress(address))
            let any = TransportAddress(namesSource ? .any(ip.family) : ip, port: 0)
            let receiver = try DatagramSocket(bindingTo: TransportAddress(ip, port: 0), options: options)
            let socket = try DatagramSocket(bindingTo: any)
            let local = socket.localAddress
            var table = SocketTable()
            sender = table.insert(
                SocketSlot(descriptor: socket.takeDescriptor(), role: .listener, local: local, namesSource: namesSource)
            )
            senderAddress = local
            self.receiver = receiver
            self.table = table
        }

        mutating func send(_ payload: UnsafeRawBufferPointer, from source: IPAddress, header: [UInt8] = [], trailer: Int = 0) -> Bool {
            let target = unsafe queue.nextHeader
            for (offset, byte) in header.enumerated() { unsafe target[offset] = byte }
            return unsafe queue.append(
                headerByteCount: header.count,
                payload: payload,
                trailerByteCount: trailer,
                on: sender,
                to: receiver.localAddress,
                from: source,
                cursor: &cursor,
                sockets: &table
            )
        }

        mutating func flush() { queue.flush(&table, statistics: &statistics) }

        /// All datagrams that wait at the receiver, cut as the kernel says.
        mutating func receiveAll() -> [[UInt8]] {
            var datagrams: [[UInt8]] = []
            while true {
                let slots = batch.receive(from: receiver.descriptor, limit: 16)
                guard !slots.isEmpty else { return datagrams }
                for slot in slots {
                    let bytes = unsafe Array(batch.bytes(slot))
                    let size = batch.ancillary(slot).segmentByteCount
                    var rest = bytes[...]
                    repeat {
                        datagrams.append(Array(size > 0 ? rest.prefix(size) : rest))
                        rest = size > 0 ? rest.dropFirst(size) : []
                    } while !rest.isEmpty
                }
                batch.reset()
            }
        }
    }

    private static func bytes(_ count: Int, seed: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ seed) }
    }

    @Test("datagrams of every mixture of sizes arrive whole and in order", arguments: ["127.0.0.1", "::1"], [true, false])
    func mixture(address: String, coalesces: Bool) throws {
        var link = try Link(address, coalesces: coalesces)
        let ip = try #require(IPAddress(address))
        let sizes = Array(repeating: 1200, count: 70) + [1200, 700, 700, 1200, 1, 1, 0, 5, 0] + Array(repeating: 160, count: 20)
        let payloads = sizes.enumerated().map { Self.bytes($1, seed: $0) }
        let flat: [UInt8] = payloads.flatMap { (payload: [UInt8]) -> [UInt8] in payload } + [0]
        let sent = unsafe flat.withUnsafeBytes { memory in
            var offset = 0
            var queued = 0
            for size in sizes {
                let slice = unsafe UnsafeRawBufferPointer(rebasing: memory[offset..<offset + size])
                if unsafe link.send(slice, from: ip) { queued += 1 }
                offset += size
            }
            link.flush()
            return queued
        }
        #expect(sent == sizes.count)
        let received = link.receiveAll()
        #expect(received == payloads)
        let trains = link.statistics.trains
        #expect(trains >= 3)
        let calls = link.statistics.calls
        #expect(calls == 1)
    }

    @Test func `a header and a trailer become part of the datagram`() throws {
        var link = try Link("127.0.0.1")
        let payload: [UInt8] = [9, 8, 7]
        unsafe payload.withUnsafeBytes { bytes in
            for _ in 0..<3 {
                let queued = unsafe link.send(bytes, from: IPAddress(ipv4: 0), header: [1, 2, 3, 4], trailer: 1)
                #expect(queued)
            }
            link.flush()
        }
        let received = link.receiveAll()
        #expect(received == Array(repeating: [1, 2, 3, 4, 9, 8, 7, 0], count: 3))
    }

    @Test("an answer leaves from the address it is told to", arguments: ["127.0.0.2", "::1"])
    func source(address: String) throws {
        let ip = try #require(IPAddress(address))
        var link = try Link(ip.family == .ipv4 ? "127.0.0.1" : "::1", namesSource: true)
        let payload: [UInt8] = [1]
        unsafe payload.withUnsafeBytes { bytes in
            let queued = unsafe link.send(bytes, from: ip)
            #expect(queued)
            link.flush()
        }
        let slots = link.batch.receive(from: link.receiver.descriptor, limit: 4)
        #expect(slots.count == 1)
        let source = link.batch.source(slots.lowerBound)
        #expect(source == TransportAddress(ip, port: link.senderAddress.port))
        let local = link.batch.ancillary(slots.lowerBound).localIP
        #expect(local == link.receiver.localAddress.ip)
    }

    @Test func `a train that the kernel refuses goes out datagram by datagram, and the next one is not tried`() throws {
        var link = try Link("127.0.0.1")
        // The kernel does not segment for a socket that sends no checksums (EINVAL, as above a path's MTU).
        var one: Int32 = 1
        let descriptor = link.table[link.sender].descriptor
        let result = unsafe setsockopt(descriptor, SOL_SOCKET, SO_NO_CHECK, &one, socklen_t(MemoryLayout<Int32>.size))
        #expect(result == 0)
        let payload = Self.bytes(1000, seed: 3)
        for round in 1...2 {
            unsafe payload.withUnsafeBytes { bytes in
                for _ in 0..<4 {
                    let queued = unsafe link.send(bytes, from: .any(.ipv4), header: [1, 2, 3, 4])
                    #expect(queued)
                }
                link.flush()
            }
            let received = link.receiveAll()
            #expect(received == Array(repeating: [1, 2, 3, 4] + payload, count: 4), "round \(round)")
        }
        let refused = link.statistics.trainsRefused
        #expect(refused == 1)
        let limit = link.table[link.sender].segmentLimit
        #expect(limit == 1003)
        let sent = link.statistics.datagrams
        #expect(sent == 8)
    }

    @Test func `a full queue refuses what comes last`() throws {
        var link = try Link("127.0.0.1")
        let payload: [UInt8] = [1]
        let accepted = unsafe payload.withUnsafeBytes { bytes in
            var count = 0
            while unsafe link.send(bytes, from: IPAddress(ipv4: 0)) { count += 1 }
            return count
        }
        #expect(accepted == TransmitQueue.capacity)
    }

    @Test func `a datagram larger than UDP allows is dropped and counted, its neighbours are not`() throws {
        var link = try Link("127.0.0.1")
        let big = Self.bytes(65_530, seed: 1)
        let small: [UInt8] = [1, 2]
        unsafe big.withUnsafeBytes { big in
            unsafe small.withUnsafeBytes { small in
                let queued = unsafe [link.send(small, from: .any(.ipv4)), link.send(big, from: .any(.ipv4)), link.send(small, from: .any(.ipv4))]
                #expect(queued == [true, true, true])
                link.flush()
            }
        }
        let received = link.receiveAll()
        #expect(received == [small, small])
        let dropped = link.statistics.droppedTooLarge
        #expect(dropped == 1)
    }
}
