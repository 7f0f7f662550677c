public import Client
internal import Engine
internal import Glibc
internal import STUN
internal import Wire

/// Puts a load on a TURN server: many allocations of as many sockets, one peer, and packets between them.
///
/// One thread does everything. Every packet says when it left, and is counted where it arrives: what the server drops, or what
/// never reached it, is loss.
public struct TURNLoad: ~Copyable {
    /// Why there is nothing to measure.
    public enum Failure: Error, CustomStringConvertible {
        case socket(String)
        case allocation(TURNClientFailure?)
        case setupTimedOut(ready: Int)
        case noProcess(Int32)

        public var description: String {
            switch self {
            case .socket(let reason): reason
            case .allocation(let failure): "the server gives no allocation: \(failure.map { "\($0)" } ?? "closed")"
            case .setupTimedOut(let ready): "set-up not done after 60 s: \(ready) allocations are ready"
            case .noProcess(let identifier): "there is no process \(identifier)"
            }
        }
    }

    private struct Allocation {
        var client: TURNClient
        var socket: SocketIndex
        var relayed: TransportAddress?
        var channel: ChannelNumber?
        var isReady = false
        var isStarted = false
        var sequenceNumber: UInt32 = 0
        var toServer = TransmitQueue.Cursor()
        var toRelay = TransmitQueue.Cursor()
    }

    /// Set-ups under way at once: enough to keep a server busy, too few to overflow its queue.
    private static let setupWindow = 64

    private let configuration: TURNLoadConfiguration
    private var network: DatagramNetwork
    private var allocations: [Allocation]
    private var allocationBySocket: [Int32]
    private let peer: SocketIndex
    private let payload: [UInt8]
    private var generator = SystemRandomNumberGenerator()
    private var report = TURNLoadReport()
    private var latency = LatencyHistogram()
    private var next = 0
    private var downstream = false
    /// The packets that count: by when they left.
    private var measured: Range<UInt64> = 0..<0

    public init(_ configuration: TURNLoadConfiguration) throws(Failure) {
        do throws(SocketError) {
            try self.init(opening: configuration)
        } catch {
            throw .socket("\(error)")
        }
    }

    private init(opening configuration: TURNLoadConfiguration) throws(SocketError) {
        var network = try DatagramNetwork()
        var options = DatagramSocket.Options()
        options.bufferByteCount = 8 << 20
        let peerSocket = try DatagramSocket(bindingTo: configuration.peer, options: options)
        let peer = try network.add(peerSocket, role: .listener, namesSource: false)
        options.bufferByteCount = 1 << 20
        let server = configuration.server.ip
        let local = TransportAddress(server.isLoopback ? server : .any(server.family), port: 0)
        var allocations: [Allocation] = []
        var allocationBySocket: [Int32] = []
        for index in 0..<configuration.allocations {
            let socket = try network.add(
                try DatagramSocket(bindingTo: local, options: options),
                role: .relay(UInt32(index)),
                namesSource: false
            )
            allocations.append(Allocation(client: TURNClient(configuration.client), socket: socket))
            while allocationBySocket.count <= Int(socket.value) { allocationBySocket.append(-1) }
            allocationBySocket[Int(socket.value)] = Int32(index)
            if !configuration.usesTrains { network.sockets[socket].segmentLimit = 0 }
        }
        if !configuration.usesTrains { network.sockets[peer].segmentLimit = 0 }
        self.configuration = configuration
        self.payload = [UInt8](repeating: 0x55, count: max(0, configuration.payloadByteCount - LoadPacket.byteCount))
        self.network = network
        self.peer = peer
        self.allocations = allocations
        self.allocationBySocket = allocationBySocket
    }

    /// Sets everything up, runs for the configured time, ends the allocations, and tells what was measured.
    ///
    /// - Parameter progress: Called about once a second with a line for people.
    public mutating func run(progress: (String) -> Void) throws(Failure) -> TURNLoadReport {
        var before: ProcessUsage?
        if let process = configuration.process {
            before = ProcessUsage(of: process)
            guard before != nil else { throw .noProcess(process) }
        }
        let start = MonotonicClock.now()
        try setUp(progress: progress)
        report.allocations = allocations.count
        report.setupSeconds = (MonotonicClock.now() - start).inSeconds
        if let before, let after = configuration.process.flatMap({ ProcessUsage(of: $0) }) {
            let count = Double(allocations.count)
            report.setupProcessorMicrosecondsPerAllocation =
                Double(after.processorNanoseconds &- before.processorNanoseconds) / 1000 / count
            report.memoryBytesPerAllocation =
                (Double(after.residentByteCount) - Double(before.residentByteCount)) / count
        }
        progress("\(allocations.count) allocations are ready")
        exchange(for: configuration.warmUp) { _ in }
        measured = Self.microseconds(MonotonicClock.now())..<UInt64.max
        let begin = configuration.process.flatMap { ProcessUsage(of: $0) }
        let elapsed = exchange(for: configuration.duration, progress: progress)
        measured = measured.lowerBound..<Self.microseconds(MonotonicClock.now()) + 1
        let end = configuration.process.flatMap { ProcessUsage(of: $0) }
        // What is still on its way.
        receiveAll(for: .milliseconds(200))
        report.seconds = elapsed.inSeconds
        report.notSent = network.statistics.droppedQueueFull &+ network.statistics.droppedError
        if let begin, let end, report.received > 0 {
            let nanoseconds = Double(end.processorNanoseconds &- begin.processorNanoseconds)
            report.processorNanosecondsPerPacket = nanoseconds / Double(report.received)
            report.processorShare = nanoseconds / Double(elapsed.nanoseconds)
        }
        if let p50 = latency.nanoseconds(atPercentile: 0.5), let p95 = latency.nanoseconds(atPercentile: 0.95),
            let p99 = latency.nanoseconds(atPercentile: 0.99)
        {
            report.latency = TURNLoadReport.Latency(
                p50Microseconds: Double(p50) / 1000,
                p95Microseconds: Double(p95) / 1000,
                p99Microseconds: Double(p99) / 1000,
                maximumMicroseconds: Double(latency.maximumNanoseconds) / 1000
            )
        }
        tearDown()
        return report
    }

    // MARK: Set-up and end

    private mutating func setUp(progress: (String) -> Void) throws(Failure) {
        let deadline = MonotonicClock.now() + .seconds(60)
        var nextReport = MonotonicClock.now() + .seconds(1)
        var ready = 0
        var started = 0
        while ready < allocations.count {
            let now = MonotonicClock.now()
            guard now < deadline else { throw .setupTimedOut(ready: ready) }
            while started < allocations.count, started - ready < Self.setupWindow {
                allocations[started].client.allocate(at: now)
                allocations[started].isStarted = true
                started += 1
            }
            receive(milliseconds: 1)
            for index in 0..<started where !allocations[index].isReady {
                allocations[index].client.advance(to: now)
                try drainEvents(of: index, at: now)
                if allocations[index].isReady { ready += 1 }
                transmitRequests(of: index)
            }
            network.flush()
            if now >= nextReport {
                progress("\(ready) of \(allocations.count) allocations are ready")
                nextReport = now + .seconds(1)
            }
        }
    }

    private mutating func drainEvents(of index: Int, at now: MonotonicTime) throws(Failure) {
        let destination = network.sockets[peer].local
        while let event = allocations[index].client.nextEvent() {
            switch event {
            case .allocated(let relayed, _, _):
                allocations[index].relayed = relayed
                switch configuration.encapsulation {
                case .channel:
                    allocations[index].channel = allocations[index].client.bindChannel(to: destination, at: now)
                case .indication: allocations[index].client.createPermission(for: destination.ip, at: now)
                }
            case .channelBound, .permissionCreated:
                allocations[index].isReady = true
            case .channelFailed(_, _, let failure), .permissionFailed(_, let failure):
                throw .allocation(failure)
            case .closed(let failure):
                throw .allocation(failure)
            case .refreshed:
                break
            }
        }
    }

    private mutating func transmitRequests(of index: Int) {
        var memory = [UInt8](repeating: 0, count: TURNClient.maximumRequestByteCount)
        while true {
            var span = memory.mutableSpan
            guard
                let count = allocations[index].client.nextTransmit(into: unsafe span.mutableBytes, using: &generator)
            else { return }
            _ = network.transmit.appendCopy(
                of: memory.rawSpan.extracting(0..<count),
                on: allocations[index].socket,
                to: configuration.server,
                from: network.sockets[allocations[index].socket].local.ip,
                cursor: &allocations[index].toServer,
                sockets: &network.sockets
            )
        }
    }

    /// Deletes the allocations, in portions that no queue loses.
    private mutating func tearDown() {
        for index in allocations.indices {
            allocations[index].client.close(at: MonotonicClock.now())
            transmitRequests(of: index)
            if index % Self.setupWindow == Self.setupWindow - 1 {
                network.flush()
                receive(milliseconds: 2)
            }
        }
        network.flush()
        receive(milliseconds: 20)
    }

    // MARK: Exchange

    /// Sends and receives for `interval`; returns how long it really took.
    @discardableResult
    private mutating func exchange(for interval: TimeInterval, progress: (String) -> Void) -> TimeInterval {
        let start = MonotonicClock.now()
        var sent: UInt64 = 0
        var lastReport = start
        var reported = report.received
        var nextMaintenance = start
        while true {
            let now = MonotonicClock.now()
            let elapsed = now - start
            guard elapsed < interval else { return elapsed }
            var due = UInt64(256)
            if configuration.packetsPerSecond > 0 {
                let goal = UInt64(Double(configuration.packetsPerSecond) * elapsed.inSeconds)
                due = min(goal > sent ? goal - sent : 0, 2048)
            }
            let count = send(Int(due), at: now)
            sent += UInt64(count)
            if !measured.isEmpty { report.sent += UInt64(count) }
            network.flush()
            receive(milliseconds: configuration.packetsPerSecond > 0 ? 1 : 0)
            if now >= nextMaintenance {
                maintain(at: now)
                nextMaintenance = now + .milliseconds(100)
            }
            if (now - lastReport).nanoseconds >= 1_000_000_000 {
                let rate = Double(report.received - reported) / (now - lastReport).inSeconds
                progress("\(elapsed.wholeSeconds) s: \(Int(rate)) packets/s")
                lastReport = now
                reported = report.received
            }
        }
    }

    /// Queues up to `count` packets, `burst` of each allocation in turn. Returns how many there were room for.
    private mutating func send(_ count: Int, at now: MonotonicTime) -> Int {
        var queued = 0
        while queued < count {
            guard network.transmit.hasRoomForSlot else { return queued }
            let index = next
            next += 1
            if next == allocations.count {
                next = 0
                downstream.toggle()
            }
            let isDownstream = configuration.direction == .down || (configuration.direction == .both && downstream)
            for _ in 0..<max(1, configuration.burst) {
                let isQueued = isDownstream ? sendFromPeer(to: index, at: now) : sendFromClient(index, at: now)
                if isQueued { queued += 1 }
            }
        }
        return queued
    }

    private mutating func sendFromClient(_ index: Int, at now: MonotonicTime) -> Bool {
        let destination = network.sockets[peer].local
        var header = unsafe MutableRawSpan(_unsafeBytes: network.transmit.nextHeader)
        let packet = LoadPacket(allocation: index, sequenceNumber: allocations[index].sequenceNumber, at: now)
        allocations[index].sequenceNumber &+= 1
        let size = LoadPacket.byteCount + payload.count
        let packetOffset: Int
        if let channel = allocations[index].channel {
            header.store(channel.rawValue, at: 0)
            header.store(UInt16(truncatingIfNeeded: size), at: 2)
            packetOffset = 4
        } else {
            packetOffset = SendIndicationHeader.write(to: &header, peer: destination, payloadByteCount: size)
        }
        packet.write(to: &header, at: packetOffset)
        let socket = allocations[index].socket
        return unsafe payload.withUnsafeBytes { bytes in
            unsafe network.transmit.append(
                headerByteCount: packetOffset + LoadPacket.byteCount,
                payload: bytes,
                trailerByteCount: allocations[index].channel == nil ? -size & 3 : 0,
                on: socket,
                to: configuration.server,
                from: network.sockets[socket].local.ip,
                cursor: &allocations[index].toServer,
                sockets: &network.sockets
            )
        }
    }

    private mutating func sendFromPeer(to index: Int, at now: MonotonicTime) -> Bool {
        guard let relayed = allocations[index].relayed else { return false }
        var header = unsafe MutableRawSpan(_unsafeBytes: network.transmit.nextHeader)
        LoadPacket(allocation: index, sequenceNumber: allocations[index].sequenceNumber, at: now).write(
            to: &header,
            at: 0
        )
        allocations[index].sequenceNumber &+= 1
        return unsafe payload.withUnsafeBytes { bytes in
            unsafe network.transmit.append(
                headerByteCount: LoadPacket.byteCount,
                payload: bytes,
                trailerByteCount: 0,
                on: peer,
                to: relayed,
                from: network.sockets[peer].local.ip,
                cursor: &allocations[index].toRelay,
                sockets: &network.sockets
            )
        }
    }

    /// Refreshes what needs it.
    private mutating func maintain(at now: MonotonicTime) {
        for index in allocations.indices {
            guard let deadline = allocations[index].client.nextDeadline, deadline <= now else { continue }
            allocations[index].client.advance(to: now)
            while allocations[index].client.nextEvent() != nil {}
            transmitRequests(of: index)
        }
        network.flush()
    }

    private mutating func receiveAll(for interval: TimeInterval) {
        let end = MonotonicClock.now() + interval
        while MonotonicClock.now() < end { receive(milliseconds: 10) }
    }

    /// Takes what has arrived, waiting at most `milliseconds` for the first of it.
    private mutating func receive(milliseconds: Int32) {
        let count = network.poller.wait(milliseconds: milliseconds)
        let now = MonotonicClock.now()
        for event in 0..<count {
            let socket = SocketIndex(value: UInt32(truncatingIfNeeded: network.poller.token(event)))
            if network.batch.free == 0 { network.flush() }
            for slot in network.receive(from: socket) {
                let step = network.batch.ancillary(slot).segmentByteCount
                let bytes = unsafe network.batch.bytes(slot)
                var offset = 0
                repeat {
                    let end = step > 0 ? min(offset + step, bytes.count) : bytes.count
                    let datagram = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<end])
                    unsafe receive(RawSpan(_unsafeBytes: datagram), on: socket, at: now)
                    offset = end
                } while offset < bytes.count
            }
        }
        network.flush()
    }

    private mutating func receive(_ bytes: RawSpan, on socket: SocketIndex, at now: MonotonicTime) {
        if socket == peer {
            count(LoadPacket(bytes), at: now)
            return
        }
        let index = Int(allocationBySocket[Int(socket.value)])
        if let data = allocations[index].client.unwrap(bytes) {
            count(LoadPacket(bytes.extracting(data.payload)), at: now)
        } else {
            _ = allocations[index].client.receive(bytes, at: now)
        }
    }

    private mutating func count(_ packet: LoadPacket?, at now: MonotonicTime) {
        guard let packet, measured.contains(packet.microseconds) else { return }
        report.received += 1
        latency.record(nanoseconds: packet.age(at: now))
    }

    private static func microseconds(_ now: MonotonicTime) -> UInt64 { now.nanoseconds / 1000 }
}
