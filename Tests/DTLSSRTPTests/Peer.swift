import DTLSSRTP
import Wire

/// A connection with what it has said so far.
struct Peer: ~Copyable {
    var connection: Connection
    var summary: ConnectionSummary?
    var received: [[UInt8]] = []
    var error: DTLSError?
    var isClosed = false
    var keyLog: [String] = []

    init(_ connection: consuming Connection) {
        self.connection = connection
    }

    init(_ configuration: Configuration, at now: MonotonicTime = .zero, seed: UInt64 = 1) throws {
        var generator = SplitMix(seed: seed)
        connection = try Connection(configuration: configuration, at: now, using: &generator)
    }

    /// A copy of what a test looks at: expectations cannot take the peer itself.
    struct View {
        var summary: ConnectionSummary?
        var received: [[UInt8]]
        var error: DTLSError?
        var isClosed: Bool
        var counters: RecordCounters

        var keys: [UInt8]? { summary?.srtpKeyingMaterial?.withBytes { $0.array() } }
    }

    var view: View {
        View(
            summary: summary,
            received: received,
            error: error,
            isClosed: isClosed,
            counters: connection.counters
        )
    }

    mutating func drainEvents() {
        while let event = connection.nextEvent() {
            switch event {
            case .connected(let summary): self.summary = summary
            case .applicationData(let bytes): received.append(bytes)
            case .closed: isClosed = true
            case .failed(let error): self.error = error
            case .keyLog(let line): keyLog.append(line)
            }
        }
    }

    /// All datagrams that wait to be sent.
    mutating func transmits() -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            var span = buffer.mutableSpan
            var bytes = unsafe span.mutableBytes
            guard let count = connection.nextTransmit(into: &bytes) else { return datagrams }
            datagrams.append(Array(buffer[..<count]))
        }
    }

    mutating func receive(_ datagram: [UInt8], at now: MonotonicTime) {
        connection.receive(datagram.rawSpan, at: now)
        drainEvents()
    }

    mutating func send(_ bytes: [UInt8], at now: MonotonicTime) throws(DTLSError) {
        try connection.sendApplicationData(bytes.rawSpan, at: now)
    }
}
