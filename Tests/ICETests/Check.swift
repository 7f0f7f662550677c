import ICE
import STUN
import Wire

/// A check as a browser sends it, with knobs for everything that can be wrong.
struct Check {
    var ufrag: String
    var pwd: String
    var isNominated = false
    var isControlled = false
    var unknownAttribute: UInt16?
    var hasUsername = true
    var hasIntegrity = true
    var messageClass = MessageClass.request
    var method = STUN.Method.binding

    init(_ credentials: Credentials) {
        ufrag = credentials.ufrag.description
        pwd = credentials.pwd
    }

    static let transactionID = TransactionID(high: 0x0102_0304, low: 0x0506_0708_090A_0B0C)

    func bytes() throws -> [UInt8] {
        var memory = [UInt8](repeating: 0, count: 512)
        var span = memory.mutableSpan
        let count = try write(unsafe span.mutableBytes)
        return Array(memory[..<count])
    }

    private func write(_ span: consuming MutableRawSpan) throws -> Int {
        var writer = try MessageWriter(span, messageClass, method, transactionID: Self.transactionID)
        if hasUsername { try writer.write(.username, text: "\(ufrag):peer") }
        try writer.write(Priority(0x6E7F_00FF))
        if isControlled {
            try writer.write(IceControlled(tieBreaker: 7))
        } else {
            try writer.write(IceControlling(tieBreaker: 7))
        }
        if isNominated { try writer.write(flag: .useCandidate) }
        if let unknownAttribute { try writer.write(flag: AttributeType(rawValue: unknownAttribute)) }
        if hasIntegrity {
            try writer.writeIntegrity(.sha1, key: IntegrityKey(Array(pwd.utf8).rawSpan, preparedFor: .sha1))
        }
        return try writer.finish(fingerprint: true)
    }
}

/// What the agent answered.
struct Answer: Equatable {
    var messageClass: MessageClass
    var code: UInt16?
    var mapped: TransportAddress?
    var isAuthentic: Bool
    var unknown: [UInt16] = []
}

extension Agent {
    /// Gives the check to the agent and reads its answer; nil when there was none.
    mutating func receive(_ check: Check, from path: Path, at seconds: Double) throws -> Answer? {
        try receive(check.bytes(), from: path, at: seconds, pwd: check.pwd)
    }

    mutating func receive(_ bytes: [UInt8], from path: Path, at seconds: Double, pwd: String) throws -> Answer? {
        var memory = [UInt8](repeating: 0xAA, count: Agent.maximumResponseSize)
        var span = memory.mutableSpan
        let message = try MessageView(parsing: bytes.rawSpan)
        let outcome = receive(message, from: path, at: time(seconds), response: unsafe span.mutableBytes)
        guard case .answered(let count) = outcome else { return nil }
        let answer = Array(memory[..<count])
        let view = try MessageView(parsing: answer.rawSpan)
        guard view.transactionID == Check.transactionID, view.fingerprintStatus == .valid else { return nil }
        let unknown = try view.first(UnknownAttributes.self)
        return Answer(
            messageClass: view.messageClass,
            code: try view.first(ErrorCode.self)?.code,
            mapped: try view.first(XorMappedAddress.self)?.address,
            isAuthentic: view.isAuthentic(.sha1, key: IntegrityKey(Array(pwd.utf8).rawSpan, preparedFor: .sha1)),
            unknown: unknown.map { list in (0..<list.count).map { list[$0].rawValue } } ?? []
        )
    }

    mutating func drain() -> [Event] {
        var events: [Event] = []
        while let event = nextEvent() { events.append(event) }
        return events
    }

    /// Steps through every deadline up to a time.
    mutating func run(to seconds: Double) {
        while nextDeadline <= time(seconds) { advance(to: nextDeadline) }
    }
}

func time(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: UInt64(seconds * 1e9)) }

/// A generator whose numbers are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
