import Crypto
public import Wire

/// Answers strangers without remembering them, until one has returned a cookie and becomes a ``Connection``.
///
///     ClientHello without a good cookie --1.2--> HelloVerifyRequest
///                                       --1.3--> HelloRetryRequest
///     ClientHello with one --> Connection
///
/// There is at most one answer for each datagram, and it has 60 to 190 bytes: less than any hello that carries a key share,
/// so that a forged source gains nothing.
public struct Listener: ~Copyable {
    /// What a datagram from a stranger led to.
    public enum Action: ~Copyable {
        case none
        /// So many bytes of the reply buffer are to be sent to the source.
        case reply(Int)
        /// The source is reachable; from now on its datagrams belong to this connection, which may have failed already if
        /// nothing could be negotiated: drain it in any case.
        case accepted(Connection)
    }

    public struct Counters: Hashable, Sendable {
        /// Datagrams that hold no piece of a ClientHello, or a malformed one.
        public var malformed: UInt64 = 0
        public var cookiesSent: UInt64 = 0
        /// Cookies that are wrong or too old.
        public var cookiesRefused: UInt64 = 0
        public var accepted: UInt64 = 0
        /// Hellos with which nothing can be negotiated.
        public var refused: UInt64 = 0
    }

    public private(set) var counters = Counters()
    private let configuration: Configuration
    private var mint: CookieMint
    private var table = FirstFlightTable()

    /// - Parameter configuration: Of a server; ``Configuration/listener(identity:)`` as a rule.
    public init(configuration: Configuration, using generator: inout some RandomNumberGenerator) {
        precondition(configuration.role == .server, "only servers listen")
        self.configuration = configuration
        mint = CookieMint(using: &generator)
    }

    /// Changes the secret of the cookies. Call it every few minutes; cookies from before stay good until the next call.
    public mutating func rotateCookieSecret(using generator: inout some RandomNumberGenerator) {
        mint.rotate(using: &generator)
    }

    /// Takes a datagram from a source that has no connection.
    ///
    /// - Parameters:
    ///   - reply: At least 512 bytes.
    ///   - generator: Makes the random of a new connection.
    public mutating func receive(
        _ datagram: RawSpan,
        from source: TransportAddress,
        at now: MonotonicTime,
        into reply: inout MutableRawSpan,
        using generator: inout some RandomNumberGenerator
    ) -> Action {
        var reader = ByteReader(datagram)
        var isHello = false
        while !reader.isAtEnd {
            guard let header = try? PlaintextHeader(parsing: &reader), header.type == .handshake,
                header.version >> 8 == 0xFE, header.number.epoch == 0,
                let payload = try? reader.readBytes(header.payloadLength)
            else { break }
            var fragments = ByteReader(payload)
            while !fragments.isAtEnd {
                guard let fragment = try? HandshakeFragment(parsing: &fragments), fragment.type == .clientHello else {
                    break
                }
                isHello = true
                let body: [UInt8]
                if fragment.payload.byteCount == fragment.messageLength {
                    body = fragment.payload.array()
                } else if let whole = table.add(fragment, from: source) {
                    body = whole
                } else {
                    continue
                }
                let message = HandshakeMessage(
                    type: .clientHello,
                    sequence: fragment.sequence,
                    epoch: 0,
                    body: body
                )
                return judge(
                    message,
                    recordSequence: header.number.sequence,
                    from: source,
                    at: now,
                    into: &reply,
                    using: &generator
                )
            }
        }
        if !isHello { counters.malformed += 1 }
        return .none
    }

    private mutating func judge(
        _ message: HandshakeMessage,
        recordSequence: UInt64,
        from source: TransportAddress,
        at now: MonotonicTime,
        into reply: inout MutableRawSpan,
        using generator: inout some RandomNumberGenerator
    ) -> Action {
        guard let hello = try? ClientHello(decoding: message.body) else {
            counters.malformed += 1
            return .none
        }
        do throws(DTLSError) {
            switch try ServerStart.selectVersion(hello, enabled: configuration.enabledVersions) {
            case .dtls12:
                if mint.isValid12(hello, source: source, at: now) {
                    return accept(message, recordSequence, Transcript(), retry: nil, at: now, using: &generator)
                }
                if !hello.cookie.isEmpty { counters.cookiesRefused += 1 }
                let cookie = mint.cookie12(hello, source: source, at: now)
                return send(
                    .helloVerifyRequest,
                    HelloVerifyRequest(cookie: cookie).encoded(),
                    answering: message,
                    recordSequence,
                    into: &reply
                )
            case .dtls13:
                return try judge13(
                    hello,
                    message,
                    recordSequence,
                    from: source,
                    at: now,
                    into: &reply,
                    using: &generator
                )
            }
        } catch {
            counters.refused += 1
            guard let alert = error.alert else { return .none }
            return write([2, alert.rawValue], type: .alert, recordSequence, into: &reply)
        }
    }

    private mutating func judge13(
        _ hello: ClientHello,
        _ message: HandshakeMessage,
        _ recordSequence: UInt64,
        from source: TransportAddress,
        at now: MonotonicTime,
        into reply: inout MutableRawSpan,
        using generator: inout some RandomNumberGenerator
    ) throws(DTLSError) -> Action {
        if let content = hello.extensions[.cookie] {
            // After a second request a client must give up (RFC 8446 section 4.1.4), so a bad cookie gets none.
            let cookie = Array(content.dropFirst(2))
            guard content.count == 2 + cookie.count,
                let memory = mint.memory(in: cookie, hello, source: source, at: now)
            else {
                counters.cookiesRefused += 1
                return .none
            }
            var transcript = Transcript()
            transcript.restart(withClientHelloHash: memory.helloHash)
            let request = Server13.retryRequest(
                cipherSuite: memory.cipherSuite,
                group: memory.group,
                cookie: cookie
            )
            transcript.append13(type: .serverHello, body: request.encoded())
            let retry = ServerStart.Retry(cipherSuite: memory.cipherSuite, group: memory.group)
            return accept(message, recordSequence, transcript, retry: retry, at: now, using: &generator)
        }
        let choice = try Server13.choose(hello, configuration)
        var transcript = Transcript()
        transcript.append13(type: .clientHello, body: message.body)
        let group = choice.share == nil ? choice.group : nil
        let memory = CookieMint.Memory(
            cipherSuite: choice.cipherSuite,
            group: group,
            helloHash: transcript.hash(choice.cipherSuite.hash)
        )
        let cookie = mint.cookie13(memory, hello, source: source, at: now)
        let request = Server13.retryRequest(cipherSuite: choice.cipherSuite, group: group, cookie: cookie)
        return send(.serverHello, request.encoded(), answering: message, recordSequence, into: &reply)
    }

    private mutating func accept(
        _ message: HandshakeMessage,
        _ recordSequence: UInt64,
        _ transcript: Transcript,
        retry: ServerStart.Retry?,
        at now: MonotonicTime,
        using generator: inout some RandomNumberGenerator
    ) -> Action {
        counters.accepted += 1
        return .accepted(
            Connection(
                accepted: message,
                recordSequence: recordSequence,
                transcript: transcript,
                retry: retry,
                configuration: configuration,
                at: now,
                using: &generator
            )
        )
    }

    private mutating func send(
        _ type: HandshakeType,
        _ body: [UInt8],
        answering message: HandshakeMessage,
        _ recordSequence: UInt64,
        into reply: inout MutableRawSpan
    ) -> Action {
        counters.cookiesSent += 1
        var payload: [UInt8] = []
        HandshakeFragment.writeHeader(
            type: type,
            messageLength: body.count,
            sequence: message.sequence,
            range: 0..<body.count,
            to: &payload
        )
        return write(payload + body, type: .handshake, recordSequence, into: &reply)
    }

    /// Writes a record under the number of the one that it answers (RFC 6347 section 4.2.1).
    private func write(
        _ payload: [UInt8],
        type: ContentType,
        _ recordSequence: UInt64,
        into reply: inout MutableRawSpan
    ) -> Action {
        var record: [UInt8] = []
        PlaintextHeader(
            type: type,
            version: ProtocolVersion.dtls12.rawValue,
            number: RecordNumber(epoch: 0, sequence: recordSequence),
            payloadLength: payload.count
        ).write(to: &record)
        record += payload
        guard record.count <= reply.byteCount else { return .none }
        reply.copy(record.rawSpan, to: 0)
        return .reply(record.count)
    }
}
