import DTLSSRTP
import Wire

struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// Our connection and BoringSSL's with a network of virtual time between them.
struct Lab: ~Copyable {
    struct Result {
        var summary: ConnectionSummary?
        var error: DTLSError?
        var received: [[UInt8]] = []
        var isClosed = false

        var keys: [UInt8]? { summary?.srtpKeyingMaterial?.withBytes { bytes in bytes.array() } }
    }

    var ours: Connection
    let theirs: BoringPeer
    private(set) var result = Result()
    private(set) var now = MonotonicTime.zero
    private var flying: [(arrival: MonotonicTime, toThem: Bool, datagram: [UInt8])] = []
    private var generator: SplitMix
    private let lossPercent: Int

    init(_ configuration: Configuration, _ theirs: BoringPeer, lossPercent: Int = 0, seed: UInt64 = 1) throws {
        DatagramQueue.clock = DatagramQueue.start
        generator = SplitMix(seed: seed)
        self.lossPercent = lossPercent
        self.theirs = theirs
        ours = try Connection(configuration: configuration, at: .zero, using: &generator)
        theirs.step()
    }

    private mutating func send(_ datagram: [UInt8], toThem: Bool) {
        guard lossPercent == 0 || Int.random(in: 0..<100, using: &generator) >= lossPercent else { return }
        let delay = lossPercent == 0 ? 5 : Int64.random(in: 5...30, using: &generator)
        flying.append((now + .milliseconds(delay), toThem, datagram))
    }

    private mutating func flush() {
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            var span = buffer.mutableSpan
            var bytes = span.mutableBytes
            guard let count = ours.nextTransmit(into: &bytes) else { break }
            send(Array(buffer[..<count]), toThem: true)
        }
        for datagram in theirs.queue.outgoing { send(datagram, toThem: false) }
        theirs.queue.outgoing = []
        while let event = ours.nextEvent() {
            switch event {
            case .connected(let summary): result.summary = summary
            case .applicationData(let bytes): result.received.append(bytes)
            case .closed: result.isClosed = true
            case .failed(let error): result.error = error
            case .keyLog: break
            }
        }
    }

    mutating func step(until end: MonotonicTime) -> Bool {
        flush()
        var next = ours.nextDeadline ?? .distantFuture
        if let timeout = theirs.timeout { next = min(next, now + .microseconds(Int64(timeout))) }
        for datagram in flying { next = min(next, datagram.arrival) }
        guard next <= end else {
            now = end
            return false
        }
        now = max(now, next)
        DatagramQueue.clock = DatagramQueue.start + now.nanoseconds / 1000
        if let index = flying.indices.min(by: { flying[$0].arrival < flying[$1].arrival }),
            flying[index].arrival <= now
        {
            let datagram = flying.remove(at: index)
            if datagram.toThem {
                theirs.queue.incoming.append(datagram.datagram)
                theirs.step()
            } else {
                ours.receive(datagram.datagram.rawSpan, at: now)
            }
            return true
        }
        ours.advance(to: now)
        theirs.handleTimeout()
        return true
    }

    mutating func run(for interval: TimeInterval) {
        let end = now + interval
        while step(until: end) {}
    }

    mutating func connect() {
        let end = now + .seconds(30)
        while result.summary == nil || !theirs.isConnected, result.error == nil, theirs.error == nil,
            step(until: end)
        {}
    }
}
