import DTLSSRTP
import Foundation
import Wire

/// One connection under the runner's orders and its clock. What arrives is sent back with every bit changed.
struct Shim: ~Copyable {
    private let flags: Flags
    private let stream: RunnerStream
    private var connection: Connection
    private var now = MonotonicTime.zero + .seconds(1)
    private var isConnected = false
    private var isClosed = false
    private var failure: String?

    init(_ flags: Flags, _ stream: RunnerStream) throws {
        self.flags = flags
        self.stream = stream
        var generator = SystemRandomNumberGenerator()
        connection = try Connection(configuration: flags.configuration(), at: now, using: &generator)
    }

    /// The exit code: 0 when all went well.
    mutating func run() -> Int32 {
        settle()
        while failure == nil, !isClosed, let order = stream.next() {
            switch order {
            case .datagram(let bytes): connection.receive(bytes.rawSpan, at: now)
            case .advance(let nanoseconds):
                now = now + .nanoseconds(Int64(clamping: nanoseconds))
                while let deadline = connection.nextDeadline, deadline <= now { connection.advance(to: now) }
            case .expectTimeout(let nanoseconds): judgeTimeout(nanoseconds)
            case .maximumDatagramSize, .initialTimeout: Flags.stop("changes on the way")
            }
            settle()
        }
        settle()
        stream.finish()
        if failure == nil, !isConnected { failure = "the handshake was cut off" }
        if failure == nil, flags.checksCloseNotify, !isClosed { failure = "there was no close_notify" }
        if let failure { FileHandle.standardError.write(Data("\(failure)\n".utf8)) }
        return failure == nil ? 0 : 1
    }

    private mutating func judgeTimeout(_ nanoseconds: UInt64?) {
        // The time at which old keys go and the limit of the handshake are no timers to the runner.
        let deadline = connection.nextDeadline.map { $0 - now }.flatMap { $0 < .seconds(200) ? $0 : nil }
        let expected = nanoseconds.map { Wire.TimeInterval.nanoseconds(Int64(clamping: $0)) }
        if deadline != expected {
            failure = "a timer of \(String(describing: deadline)) instead of \(String(describing: expected))"
        }
    }

    /// Drains events and datagrams.
    private mutating func settle() {
        if flags.isServer, let certificate = connection.unjudgedCertificate {
            connection.expect(fingerprints: [Fingerprint(of: certificate)])
        }
        while let event = connection.nextEvent() {
            switch event {
            case .connected(let summary): connected(summary)
            case .applicationData(let bytes): send(bytes.map { ~$0 })
            case .closed: isClosed = true
            case .failed(let error): failure = "\(error)"
            case .keyLog: break
            }
        }
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            var span = buffer.mutableSpan
            var bytes = unsafe span.mutableBytes
            guard let count = connection.nextTransmit(into: &bytes) else { return }
            stream.send(Array(buffer[..<count]))
        }
    }

    private mutating func connected(_ summary: ConnectionSummary) {
        isConnected = true
        if let version = flags.expectedVersion, version != summary.version.rawValue { failure = "another version" }
        if let group = flags.expectedGroup, group != summary.group.rawValue { failure = "another group" }
        if flags.writesFirst { send(Array("hello".utf8)) }
        if flags.shutsDown { connection.close(at: now) }
    }

    private mutating func send(_ bytes: [UInt8]) {
        do throws(DTLSError) {
            try connection.sendApplicationData(bytes.rawSpan, at: now)
        } catch {
            failure = "\(error)"
        }
    }
}
