import DTLSSRTP
import Foundation
import Wire

/// The socket, the clock and the loop around one association.
struct Runner: ~Copyable {
    var fingerprint: Fingerprint?

    private let socket: LoopbackSocket
    private let configuration: Configuration
    private let greeting: String?
    private let isEcho: Bool
    private var connection: Connection?
    private var listener: Listener?
    private var generator = SystemRandomNumberGenerator()

    init(role: String, port: UInt16, configuration: Configuration, greeting: String?) throws {
        self.configuration = configuration
        self.greeting = greeting
        isEcho = role != "client"
        socket = try LoopbackSocket(port: port, isServer: isEcho)
        if role == "listener" { listener = Listener(configuration: configuration, using: &generator) }
    }

    private static var now: MonotonicTime {
        MonotonicTime(nanoseconds: DispatchTime.now().uptimeNanoseconds)
    }

    mutating func run() {
        if listener == nil {
            guard
                var made = try? Connection(configuration: configuration, at: Self.now, using: &generator)
            else { return say("failed") }
            if let fingerprint { made.expect(fingerprints: [fingerprint]) }
            connection = consume made
        }
        say("listening \(socket.port)")
        let end = Self.now + .seconds(20)
        while Self.now < end {
            let hasEnded = reportEvents()
            flush()
            if hasEnded { return }
            var wait = end
            if let deadline = connection?.nextDeadline { wait = min(wait, deadline) }
            if let datagram = socket.receive(within: wait - Self.now) { handle(datagram) }
            connection?.advance(to: Self.now)
        }
        say("timeout")
    }

    private mutating func handle(_ datagram: [UInt8]) {
        guard connection == nil else {
            connection?.receive(datagram.rawSpan, at: Self.now)
            return
        }
        let source = TransportAddress(IPAddress(ipv4: 127, 0, 0, 1), port: socket.peerPort)
        var buffer = [UInt8](repeating: 0, count: 512)
        var span = buffer.mutableSpan
        var reply = unsafe span.mutableBytes
        guard
            let action = listener?.receive(
                datagram.rawSpan,
                from: source,
                at: Self.now,
                into: &reply,
                using: &generator
            )
        else { return }
        switch consume action {
        case .none: break
        case .reply(let count): socket.send(Array(buffer[..<count]))
        case .accepted(let connection): self.connection = consume connection
        }
    }

    private mutating func flush() {
        var buffer = [UInt8](repeating: 0, count: 16384)
        while true {
            var span = buffer.mutableSpan
            var bytes = unsafe span.mutableBytes
            guard let count = connection?.nextTransmit(into: &bytes) else { return }
            socket.send(Array(buffer[..<count]))
        }
    }

    /// True when the association has ended.
    private mutating func reportEvents() -> Bool {
        while let event = connection?.nextEvent() {
            switch event {
            case .connected(let summary):
                let profile = summary.srtpKeyingMaterial?.profile.rawValue ?? 0
                let keys = summary.srtpKeyingMaterial?.withBytes { $0.array() } ?? []
                let hex = keys.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                say("connected \(summary.version) \(summary.cipherSuite) \(summary.group) \(profile) \(hex)")
                if let greeting { send(Array(greeting.utf8)) }
            case .applicationData(let bytes):
                say("data \(String(decoding: bytes, as: UTF8.self))")
                if isEcho {
                    send(bytes)
                } else {
                    connection?.close(at: Self.now)
                }
            case .closed:
                say("closed")
                return true
            case .failed(let error):
                say("failed \(error)")
                return true
            case .keyLog(let line): say("keylog \(line)")
            }
        }
        return false
    }

    private mutating func send(_ bytes: [UInt8]) {
        do throws(DTLSError) {
            try connection?.sendApplicationData(bytes.rawSpan, at: Self.now)
        } catch {
            say("failed \(error)")
        }
    }

    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
