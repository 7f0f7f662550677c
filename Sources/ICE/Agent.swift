public import STUN
public import Wire

/// A lite agent (RFC 8445 section 2.5) of one peer: it answers checks, sends none, and says where packets may go.
///
/// ```
///          check            10 s without check           15 s more
///   new ----------> connected ---------------> disconnected ----> failed
///                       ^                            |
///                       +---------- check -----------+
/// ```
///
/// Feed it with ``receive(_:from:at:response:)`` and ``advance(to:)``, then drain ``nextEvent()``. Between those,
/// ``destination`` answers for every packet whether it may be sent, and where.
///
/// A check costs one HMAC to verify, one to answer, and no allocation once the path is known.
public struct Agent: Sendable {
    public enum State: Sendable, Equatable {
        case new
        case connected
        case disconnected
        case failed
    }

    public enum Event: Sendable, Equatable {
        case stateChanged(State)
        /// Packets of the peer may come this way from now on.
        case pathAdded(Path)
        /// The path has not been checked for too long, or gave way to another one.
        case pathRemoved(Path)
        /// Packets to the peer go here from now on; nil is nowhere.
        case destinationChanged(Path?)
        /// The first check with new credentials came: the old ones are void (RFC 8445 section 9).
        case credentialsRetired(Ufrag)
    }

    public enum Outcome: Sendable, Equatable {
        /// The response fills this many bytes of the memory given; it goes back the way the check came.
        case answered(byteCount: Int)
        case discarded
    }

    /// What happened to checks so far.
    public struct Counters: Sendable, Equatable {
        public var answered: UInt64 = 0
        /// From an address that no relay owns.
        public var foreignSource: UInt64 = 0
        public var malformed: UInt64 = 0
        /// Answered with 401: another user name fragment, or a wrong HMAC.
        public var unauthenticated: UInt64 = 0
        public var unknownAttribute: UInt64 = 0
        public var roleConflict: UInt64 = 0
    }

    struct Tuple: Sendable {
        var path: Path
        var lastCheck: MonotonicTime
        /// The number of the last nomination of this path; 0 is never.
        var nomination: UInt64
    }

    /// Room for the response to any check.
    public static let maximumResponseSize = 160
    /// A client on two networks with IPv4 and IPv6 uses four; more are not worth remembering.
    public static let maximumPaths = 8
    /// Browsers check every 2.5 s or more often.
    public static let disconnectTimeout = TimeInterval.seconds(10)
    /// How long a disconnected peer may take to come back.
    public static let grace = TimeInterval.seconds(15)
    /// RFC 7675 section 5.1.
    public static let consentLifetime = TimeInterval.seconds(30)

    public private(set) var credentials: Credentials
    /// Accepted until the first check with ``credentials``.
    public private(set) var previousCredentials: Credentials?
    public private(set) var state = State.new
    /// Where packets to the peer go; nil when nothing may be sent. The path nominated last (Firefox nominates
    /// aggressively), or before any nomination the one checked last.
    public private(set) var destination: Path?
    public private(set) var counters = Counters()
    /// When ``advance(to:)`` has something to do.
    public private(set) var nextDeadline = MonotonicTime.distantFuture

    private let policy: SourcePolicy
    private var tuples: [Tuple] = []
    private var nominations: UInt64 = 0
    private var lastCheck = MonotonicTime.zero
    private var events: [Event] = []

    public init(credentials: Credentials, policy: SourcePolicy) {
        self.credentials = credentials
        self.policy = policy
        tuples.reserveCapacity(Self.maximumPaths)
    }

    /// The oldest event that has not been taken yet.
    public mutating func nextEvent() -> Event? {
        events.isEmpty ? nil : events.removeFirst()
    }

    /// All paths that packets of the peer may come on.
    public var paths: [Path] { tuples.map(\.path) }

    /// Checks came, and all of them from addresses that no relay owns.
    public var sawOnlyForeignSources: Bool { counters.foreignSource > 0 && state == .new }

    /// Restarts ICE (RFC 8445 section 9): paths and destination stay as they are until the peer checks with the new
    /// credentials and nominates.
    public mutating func restart(with credentials: Credentials) {
        var retired = previousCredentials
        if let previous = previousCredentials, previous.ufrag == credentials.ufrag {
            // The restart is taken back.
            retired = self.credentials
            previousCredentials = nil
        } else if previousCredentials != nil, state != .new {
            // Two restarts before a check: the peer can only know the pair in use and the last one.
            retired = self.credentials
        } else {
            previousCredentials = self.credentials
        }
        if let retired { events.append(.credentialsRetired(retired.ufrag)) }
        self.credentials = credentials
    }

    /// Judges a STUN message that came on `path` (RFC 8445 section 7.3, with the short-term credentials of RFC 8489
    /// section 9.1.3).
    ///
    /// - Parameter response: at least ``maximumResponseSize`` bytes that do not overlap the message.
    public mutating func receive(
        _ message: borrowing MessageView,
        from path: Path,
        at now: MonotonicTime,
        response: consuming MutableRawSpan
    ) -> Outcome {
        // Indications keep bindings alive and ask for nothing; responses answer checks that a lite agent never sent.
        guard message.type == MessageType(.request, .binding), state != .failed else { return .discarded }
        guard policy.allows(path) else {
            counters.foreignSource &+= 1
            return .discarded
        }
        let reply = judge(message, at: now)
        let count: Int
        do throws(STUNError) {
            count = try write(reply, to: message, from: path, into: response)
        } catch {
            return .discarded
        }
        if case .success(let isCurrent) = reply {
            counters.answered &+= 1
            if isCurrent { retirePreviousCredentials() }
            learn(path, isNominated: message.contains(.useCandidate), at: now)
        }
        return .answered(byteCount: count)
    }

    /// Applies what time alone changes.
    public mutating func advance(to now: MonotonicTime) {
        guard now >= nextDeadline else { return }
        for index in tuples.indices.reversed() where now >= tuples[index].lastCheck + Self.consentLifetime {
            events.append(.pathRemoved(tuples.remove(at: index).path))
        }
        if state == .connected, now >= lastCheck + Self.disconnectTimeout { change(to: .disconnected) }
        if state == .disconnected, now >= lastCheck + Self.disconnectTimeout + Self.grace {
            change(to: .failed)
            for tuple in tuples { events.append(.pathRemoved(tuple.path)) }
            tuples.removeAll()
        }
        chooseDestination()
        updateDeadline()
    }
}

// MARK: - Checks

extension Agent {
    /// The answer to a check. Errors before authentication are not protected (RFC 8489 section 9.1.3).
    private enum Reply {
        case success(isCurrent: Bool)
        case failure(ErrorCode)
        case unknownAttributes(UnknownAttributes, isCurrent: Bool)
        case roleConflict(isCurrent: Bool)
    }

    private static let knownAttributes = AttributeTypeSet.stun.union(.ice)

    private mutating func judge(_ message: borrowing MessageView, at now: MonotonicTime) -> Reply {
        guard message.fingerprintStatus != .invalid, message.contains(.messageIntegrity),
            let username = message.first(.username), username.byteCount <= 513
        else {
            counters.malformed &+= 1
            return .failure(.badRequest)
        }
        guard let ufrag = Ufrag(in: message), let isCurrent = isCurrent(ufrag),
            message.isAuthentic(.sha1, key: key(isCurrent))
        else {
            counters.unauthenticated &+= 1
            return .failure(.unauthenticated)
        }
        let unknown = message.unknownAttributes(known: Self.knownAttributes)
        guard unknown.isEmpty else {
            counters.unknownAttribute &+= 1
            return .unknownAttributes(unknown, isCurrent: isCurrent)
        }
        // A lite agent is always controlled: the peer has to take the other role (RFC 8445 section 7.3.1.1).
        guard !message.contains(.iceControlled) else {
            counters.roleConflict &+= 1
            return .roleConflict(isCurrent: isCurrent)
        }
        return .success(isCurrent: isCurrent)
    }

    /// Whether the fragment is the current one or the one before; nil when it is neither.
    private func isCurrent(_ ufrag: Ufrag) -> Bool? {
        if ufrag == credentials.ufrag { return true }
        return ufrag == previousCredentials?.ufrag ? false : nil
    }

    private func key(_ isCurrent: Bool) -> IntegrityKey {
        isCurrent ? credentials.key : previousCredentials?.key ?? credentials.key
    }

    private func write(
        _ reply: Reply,
        to message: borrowing MessageView,
        from path: Path,
        into memory: consuming MutableRawSpan
    ) throws(STUNError) -> Int {
        let messageClass: MessageClass = if case .success = reply { .successResponse } else { .errorResponse }
        var writer = try MessageWriter(memory, messageClass, .binding, transactionID: message.transactionID)
        switch reply {
        case .success(let isCurrent):
            try writer.write(XorMappedAddress(path.remote))
            return try writer.finish(integrity: .sha1, key: key(isCurrent), fingerprint: true)
        case .failure(let code):
            try writer.write(code)
            return try writer.finish(fingerprint: true)
        case .unknownAttributes(let unknown, let isCurrent):
            try writer.write(ErrorCode.unknownAttribute)
            try writer.write(unknown)
            return try writer.finish(integrity: .sha1, key: key(isCurrent), fingerprint: true)
        case .roleConflict(let isCurrent):
            try writer.write(ErrorCode.roleConflict)
            return try writer.finish(integrity: .sha1, key: key(isCurrent), fingerprint: true)
        }
    }

    private mutating func retirePreviousCredentials() {
        guard let previous = previousCredentials else { return }
        previousCredentials = nil
        events.append(.credentialsRetired(previous.ufrag))
    }

    /// Notes an authenticated check.
    private mutating func learn(_ path: Path, isNominated: Bool, at now: MonotonicTime) {
        lastCheck = now
        if isNominated { nominations &+= 1 }
        if let index = tuples.firstIndex(where: { $0.path == path }) {
            tuples[index].lastCheck = now
            if isNominated { tuples[index].nomination = nominations }
        } else {
            if tuples.count == Self.maximumPaths { forgetOldest() }
            tuples.append(Tuple(path: path, lastCheck: now, nomination: isNominated ? nominations : 0))
            events.append(.pathAdded(path))
        }
        if state != .connected { change(to: .connected) }
        chooseDestination()
        updateDeadline()
    }

    /// Makes room for a path: the one that was not checked for the longest time goes, but never the one in use.
    private mutating func forgetOldest() {
        var oldest: Int?
        for index in tuples.indices where tuples[index].path != destination {
            if let known = oldest, tuples[known].lastCheck <= tuples[index].lastCheck { continue }
            oldest = index
        }
        guard let oldest else { return }
        events.append(.pathRemoved(tuples.remove(at: oldest).path))
    }
}

// MARK: - State

extension Agent {
    private mutating func change(to state: State) {
        self.state = state
        events.append(.stateChanged(state))
    }

    private mutating func chooseDestination() {
        var best: Tuple?
        for tuple in tuples {
            if let known = best, (known.nomination, known.lastCheck) >= (tuple.nomination, tuple.lastCheck) { continue }
            best = tuple
        }
        guard best?.path != destination else { return }
        destination = best?.path
        events.append(.destinationChanged(destination))
    }

    private mutating func updateDeadline() {
        var deadline = MonotonicTime.distantFuture
        for tuple in tuples { deadline = min(deadline, tuple.lastCheck + Self.consentLifetime) }
        switch state {
        case .connected: deadline = min(deadline, lastCheck + Self.disconnectTimeout)
        case .disconnected: deadline = min(deadline, lastCheck + Self.disconnectTimeout + Self.grace)
        case .new, .failed: break
        }
        nextDeadline = deadline
    }
}
