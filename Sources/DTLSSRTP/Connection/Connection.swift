public import Wire

/// One DTLS association: a machine that is given datagrams and the time, and gives back datagrams and events.
///
/// After each call that changes it (``receive(_:at:)``, ``advance(to:)``, ``compute(at:)``, ``expect(fingerprints:)``,
/// ``sendApplicationData(_:at:)``, ``requestKeyUpdate(at:)``, ``close(at:)``) drain ``nextTransmit(into:)`` and
/// ``nextEvent()``, and ask for ``nextDeadline`` again.
///
/// The random of our hello comes from the generator that is passed in. Key shares, ML-KEM encapsulations and ECDSA and PSS
/// signatures take theirs from the system, because the cryptographic library does; they cannot be seeded.
///
/// Unlike the packet paths this machine allocates: a handshake is rare, and what media needs of it is its keys.
public struct Connection: ~Copyable {
    /// Records that came before their keys, as many as a flight has datagrams.
    private static let maximumEarlyRecords = 16
    private static let maximumEarlyBytes = 16 * 1024
    /// A renegotiation is refused once; to ask again is no reason to answer again.
    private var hasRefusedRenegotiation = false

    private var context: HandshakeContext
    private var machine: HandshakeMachine
    private var earlyRecords: [[UInt8]] = []
    private var handshakeDeadline: MonotonicTime
    private var lastUnprotectedAlert: UInt8?

    /// Starts an association. A client's first flight is ready at once; a server waits for a ClientHello.
    ///
    /// - Throws: ``DTLSError/localKeyFailure`` when no key share can be made.
    public init(
        configuration: Configuration,
        at now: MonotonicTime,
        using generator: inout some RandomNumberGenerator
    ) throws(DTLSError) {
        precondition((256...65507).contains(configuration.maximumDatagramSize), "256 to 65507 bytes of datagram")
        context = HandshakeContext(
            configuration: configuration,
            random: generator.randomBytes(count: 32),
            now: now
        )
        handshakeDeadline = now + configuration.handshakeTimeout
        switch configuration.role {
        case .client: machine = .clientStart(try ClientStart(&context))
        case .server: machine = .serverStart(ServerStart())
        }
    }

    /// Continues where a stateless listener left off: with a ClientHello that has returned a cookie.
    init(
        accepted message: HandshakeMessage,
        recordSequence: UInt64,
        transcript: Transcript,
        retry: ServerStart.Retry?,
        configuration: Configuration,
        at now: MonotonicTime,
        using generator: inout some RandomNumberGenerator
    ) {
        context = HandshakeContext(
            configuration: configuration,
            random: generator.randomBytes(count: 32),
            now: now,
            firstRecordSequence: recordSequence,
            nextReceiveSequence: message.sequence &+ 1,
            nextSendSequence: message.sequence
        )
        context.transcript = transcript
        handshakeDeadline = now + configuration.handshakeTimeout
        machine = .serverStart(ServerStart(retry: retry))
        process(message)
    }

    /// What happened to records so far.
    public var counters: RecordCounters { context.records.counters }

    /// True between ``Event/connected(_:)`` and the end.
    public var isConnected: Bool { context.isConnected }

    /// The peer's certificate in DER while the handshake is complete and ``expect(fingerprints:)`` has not been called.
    public var unjudgedCertificate: [UInt8]? { context.unjudgedCertificate }

    /// True after ``Event/closed`` or ``Event/failed(_:)``.
    public var hasEnded: Bool {
        if case .ended = machine { true } else { false }
    }

    // MARK: Inputs

    /// Takes one datagram that the first byte says is DTLS (20 to 63, RFC 9443). What is no good in it is dropped and
    /// counted.
    public mutating func receive(_ datagram: RawSpan, at now: MonotonicTime) {
        context.now = now
        guard !hasEnded else { return }
        var reader = ByteReader(datagram)
        while let reception = context.records.nextRecord(from: &reader) {
            handle(reception)
            guard !hasEnded else { return }
        }
        if context.records.isWornOut { return fail(.tooManyForgeries) }
        settle()
    }

    /// Does what is due: retransmissions, delayed ACKs, the end of a handshake that takes too long.
    public mutating func advance(to now: MonotonicTime) {
        context.now = now
        guard !hasEnded else { return }
        if !context.isConnected, handshakeDeadline <= now {
            return fail(.handshakeTimedOut(unprotectedAlert: lastUnprotectedAlert))
        }
        if let deadline = context.discardDeadline, deadline <= now {
            context.discardDeadline = nil
            context.records.discardRead { $0 == 2 }
        }
        do throws(DTLSError) {
            try context.retransmitIfDue()
        } catch {
            return fail(error)
        }
        settle()
    }

    /// When ``advance(to:)`` has something to do next; nil for never.
    public var nextDeadline: MonotonicTime? {
        guard !hasEnded else { return nil }
        var deadline = context.isConnected ? nil : handshakeDeadline
        for other in [context.timer.deadline, context.acknowledgements.deadline, context.discardDeadline] {
            guard let other else { continue }
            deadline = min(other, deadline ?? other)
        }
        return deadline
    }

    /// True when a complete handshake message waits for ``compute(at:)``. Only with
    /// ``Configuration/defersComputation``.
    public var needsComputation: Bool { !hasEnded && context.reassembler.hasNext }

    /// Works on one waiting handshake message: at most one key exchange, one signature and one verification.
    public mutating func compute(at now: MonotonicTime) {
        context.now = now
        guard !hasEnded, let message = context.reassembler.popNext() else { return }
        process(message)
        guard !hasEnded else { return }
        retryEarlyRecords()
        settle()
    }

    /// Says which certificates the peer may have: any of these. May come before, during or after the handshake; without it
    /// a media connection never becomes connected.
    public mutating func expect(fingerprints: [Fingerprint]) {
        guard !hasEnded else { return }
        do throws(DTLSError) {
            try context.expect(fingerprints)
        } catch {
            fail(error)
        }
    }

    /// Seals one datagram of application data.
    public mutating func sendApplicationData(_ bytes: RawSpan, at now: MonotonicTime) throws(DTLSError) {
        context.now = now
        guard context.isConnected, !hasEnded else { throw .notConnected }
        let epoch = context.records.writeEpoch
        let limit = context.configuration.maximumDatagramSize - context.records.overhead(epoch: epoch)
        guard bytes.byteCount <= limit else { throw .applicationDataTooLarge(limit: limit) }
        guard context.datagrams.count < HandshakeContext.maximumQueuedDatagrams else {
            throw .transmitQueueFull(limit: HandshakeContext.maximumQueuedDatagrams)
        }
        var datagram: [UInt8] = []
        _ = try context.records.seal(bytes.array(), type: .applicationData, epoch: epoch, into: &datagram)
        context.datagrams.append(datagram)
        if context.records.wantsKeyUpdate { try requestKeyUpdate(at: now) }
    }

    /// Asks for new keys in both directions. Version 1.2 has no such thing, and nothing happens.
    public mutating func requestKeyUpdate(at now: MonotonicTime) throws(DTLSError) {
        context.now = now
        guard case .established13(var established) = machine else { return }
        try established.requestUpdate(&context)
        machine = .established13(established)
    }

    /// Ends the connection with a close_notify and lets go of its keys.
    public mutating func close(at now: MonotonicTime) {
        context.now = now
        guard !hasEnded else { return }
        context.sendAlert(.closeNotify, isFatal: false)
        end(.closed)
    }

    // MARK: Outputs

    /// Writes the next datagram to send and returns its length, or nil when there is none.
    ///
    /// - Precondition: `buffer` has room for ``Configuration/maximumDatagramSize`` bytes.
    public mutating func nextTransmit(into buffer: inout MutableRawSpan) -> Int? {
        guard !context.datagrams.isEmpty else { return nil }
        let datagram = context.datagrams.removeFirst()
        buffer.copy(datagram.rawSpan, to: 0)
        return datagram.count
    }

    public mutating func nextEvent() -> Event? {
        context.events.isEmpty ? nil : context.events.removeFirst()
    }

    /// Queues a record of any content under the keys of an epoch, or the newest, so that tests can say what an authenticated
    /// peer must not.
    mutating func inject(_ payload: [UInt8], type: ContentType, epoch: UInt64? = nil) {
        var datagram: [UInt8] = []
        let epoch = epoch ?? context.records.writeEpoch
        guard (try? context.records.seal(payload, type: type, epoch: epoch, into: &datagram)) != nil else { return }
        context.datagrams.append(datagram)
    }

    // MARK: Records

    private mutating func handle(_ reception: RecordLayer.Reception) {
        switch reception {
        case .record(let record): handle(record)
        case .early(let bytes): keepEarly(bytes)
        case .dropped: break
        }
    }

    private mutating func keepEarly(_ bytes: [UInt8]) {
        let size = earlyRecords.reduce(bytes.count) { $0 + $1.count }
        guard !machine.isEstablished, earlyRecords.count < Self.maximumEarlyRecords, size <= Self.maximumEarlyBytes
        else {
            context.records.counters.keyless += 1
            return
        }
        earlyRecords.append(bytes)
    }

    /// Tries the records again that came before their keys.
    private mutating func retryEarlyRecords() {
        guard !earlyRecords.isEmpty else { return }
        let records = earlyRecords
        earlyRecords = []
        for bytes in records {
            var reader = ByteReader(bytes.rawSpan)
            guard let reception = context.records.nextRecord(from: &reader) else { continue }
            handle(reception)
            guard !hasEnded else { return }
        }
    }

    private mutating func handle(_ record: Record) {
        switch record.type {
        case .handshake: handleHandshake(record)
        case .alert: handleAlert(record)
        case .ack: handleAcknowledgement(record)
        case .applicationData:
            // Unprotected data is nobody's, and data under keys of the handshake is not allowed.
            guard record.number.epoch != 0, record.number.epoch != 2 else {
                context.records.counters.malformed += 1
                return
            }
            // What overtakes the Finished of 1.2 waits there until that has been verified.
            context.deliver(record.payload)
        // The change of epoch says it all: ChangeCipherSpec is not needed (RFC 6347 section 4.1).
        case .changeCipherSpec: break
        default: context.records.counters.malformed += 1
        }
    }

    private mutating func handleHandshake(_ record: Record) {
        var reader = ByteReader(record.payload.rawSpan)
        var isNoted = false
        while !reader.isAtEnd {
            guard let fragment = try? HandshakeFragment(parsing: &reader) else {
                context.records.counters.malformed += 1
                return
            }
            switch context.reassembler.add(fragment, epoch: record.number.epoch) {
            case .refused: context.records.counters.refusedFragments += 1
            case .stale: handleStale(fragment, record.number)
            case .buffered: isNoted = true
            }
        }
        if isNoted { context.noteHandshakeRecord(record.number) }
        guard !context.configuration.defersComputation else { return }
        processMessages()
    }

    private mutating func processMessages() {
        while !hasEnded, let message = context.reassembler.popNext() {
            process(message)
            guard !hasEnded else { return }
            retryEarlyRecords()
        }
    }

    private mutating func process(_ message: HandshakeMessage) {
        do throws(DTLSError) {
            machine = try machine.receive(message, &context)
        } catch .malformedMessage where isAwaitingFirstHello {
            // Nothing has vouched for these bytes: wait for a better hello.
            context.takeBack(message)
        } catch {
            fail(error)
        }
    }

    private var isAwaitingFirstHello: Bool {
        if case .serverStart(let start) = machine { start.retry == nil } else { false }
    }

    /// A message came again that was handled before: what answered it was lost.
    private mutating func handleStale(_ fragment: borrowing HandshakeFragment, _ number: RecordNumber) {
        if machine.isEstablished, context.version == .dtls12, number.epoch > 0,
            fragment.type == .clientHello || fragment.type == .helloRequest
        {
            guard !hasRefusedRenegotiation else { return }
            hasRefusedRenegotiation = true
            context.sendAlert(.noRenegotiation, isFatal: false)
            return
        }
        if context.flight.isEmpty {
            guard context.version == .dtls13, number.epoch > 0 else { return }
            context.noteHandshakeRecord(number)
        } else if fragment.sequence == context.lastPeerSequence, fragment.isLast {
            do throws(DTLSError) {
                try context.retransmitEarly()
            } catch {
                fail(error)
            }
        }
    }

    private mutating func handleAcknowledgement(_ record: Record) {
        guard context.version == .dtls13, var numbers = AcknowledgementList.decode(record.payload) else {
            context.records.counters.malformed += 1
            return
        }
        // An ACK speaks of no record that was better protected than itself.
        numbers.removeAll { $0.epoch > record.number.epoch }
        guard !context.flight.isEmpty else { return }
        do throws(DTLSError) {
            let isNew = context.flight.acknowledge(numbers)
            if context.flight.isAcknowledged {
                if case .established13(var established) = machine {
                    try established.flightAcknowledged(&context)
                    machine = .established13(established)
                } else {
                    context.timer.stop()
                }
            } else if isNew {
                try context.retransmitEarly(after: 4)
            }
        } catch {
            fail(error)
        }
    }

    private mutating func handleAlert(_ record: Record) {
        guard record.payload.count == 2 else {
            context.records.counters.malformed += 1
            return
        }
        let description = AlertDescription(rawValue: record.payload[1])
        guard record.number.epoch > 0 else {
            context.records.counters.unprotectedAlerts += 1
            lastUnprotectedAlert = description.rawValue
            return
        }
        switch description {
        case .closeNotify:
            context.sendAlert(.closeNotify, isFatal: false)
            end(.closed)
        case .userCanceled: break
        default:
            // Version 1.3 knows no warnings (RFC 8446 section 6).
            guard record.payload[0] == 2 || context.version == .dtls13 else { return }
            end(.failed(.peerAlert(description.rawValue)))
        }
    }

    // MARK: The end

    /// What remains to do after each input.
    private mutating func settle() {
        guard !hasEnded else { return }
        do throws(DTLSError) {
            try context.acknowledgeIfDue()
        } catch {
            fail(error)
        }
    }

    private mutating func fail(_ error: DTLSError) {
        if let alert = error.alert { context.sendAlert(alert, isFatal: true) }
        end(.failed(error))
    }

    private mutating func end(_ event: Event) {
        context.events.append(event)
        context.discardSecrets()
        earlyRecords = []
        machine = .ended
    }
}

extension RandomNumberGenerator {
    mutating func randomBytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
