import Crypto
import Wire

/// What the machines of all roles and versions share: records, flights, timers and what goes out.
struct HandshakeContext: Sendable {
    /// How many datagrams may wait to be sent; more application data is refused. A handshake needs a handful.
    static let maximumQueuedDatagrams = 64
    /// How much application data is kept while the fingerprint has not arrived.
    static let maximumHeldApplicationData = 16

    let configuration: Configuration
    /// The random of our hello.
    let random: [UInt8]
    var now: MonotonicTime
    var version: ProtocolVersion? {
        didSet { records.unprotectedVersion = ProtocolVersion.dtls12.rawValue }
    }

    var records: RecordLayer
    var reassembler: Reassembler
    var transcript = Transcript()
    var flight = OutgoingFlight()
    var timer: RetransmissionTimer
    var acknowledgements = AcknowledgementList()
    /// The message_seq of our next message.
    var nextSendSequence: UInt16
    /// The last message of the flight that ours answers: when it comes again, the answer was lost.
    var lastPeerSequence: UInt16?
    private var lastTransmission: MonotonicTime?
    private var hasRetransmittedEarly = false
    /// When keys of the handshake are no longer needed for late records.
    var discardDeadline: MonotonicTime?

    private var hasChangedCipherSpec = false

    var datagrams: [[UInt8]] = []
    var events: [Event] = []

    private(set) var peerCertificate: [UInt8]?
    private(set) var expectedFingerprints: [Fingerprint]?
    /// The result of a handshake whose peer is not yet known to be the right one.
    private var unjudged: ConnectionSummary?
    /// True from the last Finished on: later messages belong to no transcript.
    private var isHandshakeComplete = false
    private(set) var isConnected = false
    private var heldApplicationData: [[UInt8]] = []

    init(
        configuration: Configuration,
        random: [UInt8],
        now: MonotonicTime,
        firstRecordSequence: UInt64 = 0,
        nextReceiveSequence: UInt16 = 0,
        nextSendSequence: UInt16 = 0
    ) {
        self.configuration = configuration
        self.random = random
        self.now = now
        records = RecordLayer(firstSequence: firstRecordSequence)
        reassembler = Reassembler(next: nextReceiveSequence)
        timer = RetransmissionTimer(
            initial: configuration.initialRetransmissionTimeout,
            maximum: configuration.maximumRetransmissionTimeout
        )
        self.nextSendSequence = nextSendSequence
    }

    // MARK: Flights

    /// Begins a flight that answers the peer's message; the flight before it has arrived.
    mutating func beginFlight(answering sequence: UInt16?) {
        flight.clear()
        timer.stop()
        acknowledgements.clear()
        lastPeerSequence = sequence
        hasRetransmittedEarly = false
    }

    /// Adds a message to the flight and, once the version is known, to the transcript.
    mutating func send(_ type: HandshakeType, _ body: [UInt8], epoch: UInt64) {
        let sequence = nextSendSequence
        nextSendSequence &+= 1
        flight.append(type: type, sequence: sequence, body: body, epoch: epoch)
        appendToTranscript(HandshakeMessage(type: type, sequence: sequence, epoch: epoch, body: body))
    }

    mutating func sendChangeCipherSpec() {
        flight.appendChangeCipherSpec(epoch: 0)
        hasChangedCipherSpec = true
    }

    /// Forgets a ClientHello that turned out to be malformed.
    mutating func takeBack(_ hello: HandshakeMessage) {
        version = nil
        transcript.removeAll()
        reassembler.takeBack(sequence: hello.sequence)
        records.counters.refusedFragments += 1
    }

    mutating func appendToTranscript(_ message: HandshakeMessage) {
        guard !isHandshakeComplete else { return }
        switch version {
        case .dtls12: transcript.append12(type: message.type, sequence: message.sequence, body: message.body)
        case .dtls13: transcript.append13(type: message.type, body: message.body)
        case nil: break
        }
    }

    /// Sends the flight; with a timer when the peer owes an answer.
    mutating func finishFlight(awaitsReply: Bool) throws(DTLSError) {
        try transmitFlight()
        if awaitsReply { timer.start(at: now) }
    }

    private mutating func transmitFlight() throws(DTLSError) {
        lastTransmission = now
        try flight.transmit(
            with: &records,
            datagramLimit: configuration.maximumDatagramSize,
            into: &datagrams
        )
    }

    /// The peer has answered the flight, so all of it has arrived.
    mutating func flightArrived() {
        flight.clear()
        timer.stop()
    }

    /// Sends the flight again when its timer has run out.
    mutating func retransmitIfDue() throws(DTLSError) {
        guard let deadline = timer.deadline, deadline <= now else { return }
        timer.backOff(at: now)
        try retransmit()
    }

    /// Sends the flight again because the peer shows that it misses it: not more often than each half of the first
    /// timeout, so that repetitions of the peer's flight do not multiply. The first time is free for a flight without a timer,
    /// which only comes again that way.
    mutating func retransmitEarly(after factor: Int64 = 2) throws(DTLSError) {
        guard !flight.isEmpty else { return }
        if hasRetransmittedEarly || timer.deadline != nil, let lastTransmission,
            now < lastTransmission + configuration.initialRetransmissionTimeout / factor
        {
            return
        }
        hasRetransmittedEarly = true
        try retransmit()
    }

    private mutating func retransmit() throws(DTLSError) {
        // What has not left yet need not be queued again.
        guard datagrams.isEmpty else { return }
        records.counters.retransmissions += 1
        try transmitFlight()
    }

    // MARK: Acknowledgements

    /// Notes a record of the peer's present flight, and when to say that it came: after a quarter of the first timeout if
    /// nothing of ours has answered by then. Where a record is missing that is no different: most come a little later.
    mutating func noteHandshakeRecord(_ number: RecordNumber) {
        guard version == .dtls13 else { return }
        acknowledgements.add(number)
        if acknowledgements.deadline == nil {
            acknowledgements.deadline = now + configuration.initialRetransmissionTimeout / 4
        }
    }

    /// Sends an ACK if one is due (RFC 9147 section 7.1).
    mutating func acknowledgeIfDue() throws(DTLSError) {
        guard let deadline = acknowledgements.deadline, deadline <= now else { return }
        acknowledgements.deadline = nil
        guard version == .dtls13, !acknowledgements.numbers.isEmpty, datagrams.count < Self.maximumQueuedDatagrams
        else { return }
        var datagram: [UInt8] = []
        let epoch = records.writeEpoch
        let content = acknowledgements.encoded(
            limit: configuration.maximumDatagramSize - records.overhead(epoch: epoch)
        )
        _ = try records.seal(content, type: .ack, epoch: epoch, into: &datagram)
        datagrams.append(datagram)
    }

    // MARK: Alerts

    mutating func sendAlert(_ description: AlertDescription, isFatal: Bool) {
        var datagram: [UInt8] = []
        let level: UInt8 = isFatal ? 2 : 1
        // The keys of 1.2 are there before our ChangeCipherSpec has said that they are used.
        let epoch = hasChangedCipherSpec || version == .dtls13 ? records.writeEpoch : 0
        guard datagrams.count < Self.maximumQueuedDatagrams,
            (try? records.seal([level, description.rawValue], type: .alert, epoch: epoch, into: &datagram)) != nil
        else { return }
        datagrams.append(datagram)
    }

    // MARK: The peer

    /// Takes the peer's chain: compares the fingerprint first, where it is known, and only then parses the certificate.
    mutating func acceptPeerChain(_ chain: [[UInt8]]) throws(DTLSError) -> PeerKey {
        guard let certificate = chain.first else { throw .missingCertificate }
        peerCertificate = certificate
        try judgePeer()
        return try PeerKey(certificate: certificate)
    }

    private func judgePeer() throws(DTLSError) {
        guard configuration.peerAuthentication == .fingerprint, let expectedFingerprints, let peerCertificate
        else { return }
        guard expectedFingerprints.contains(where: { $0.matches(peerCertificate) }) else { throw .fingerprintMismatch }
    }

    mutating func expect(_ fingerprints: [Fingerprint]) throws(DTLSError) {
        expectedFingerprints = fingerprints
        try judgePeer()
        if let summary = unjudged {
            unjudged = nil
            announce(summary)
        }
    }

    /// The handshake is complete. The owner hears of it when the peer's certificate has been judged.
    mutating func complete(
        cipherSuite: CipherSuite,
        group: NamedGroup,
        applicationProtocol: String?,
        srtpKeyingMaterial: SRTPKeyingMaterial?
    ) throws(DTLSError) {
        guard let version else { throw .notConnected }
        isHandshakeComplete = true
        transcript.removeAll()
        let summary = ConnectionSummary(
            version: version,
            cipherSuite: cipherSuite,
            group: group,
            srtpKeyingMaterial: srtpKeyingMaterial,
            applicationProtocol: applicationProtocol,
            peerCertificate: peerCertificate
        )
        if configuration.peerAuthentication == .fingerprint {
            guard peerCertificate != nil else { throw .missingCertificate }
            guard expectedFingerprints != nil else {
                unjudged = summary
                return
            }
            try judgePeer()
        }
        announce(summary)
    }

    var unjudgedCertificate: [UInt8]? { unjudged?.peerCertificate }

    private mutating func announce(_ summary: ConnectionSummary) {
        isConnected = true
        events.append(.connected(summary))
        events += heldApplicationData.map { .applicationData($0) }
        heldApplicationData = []
    }

    mutating func deliver(_ applicationData: [UInt8]) {
        if isConnected {
            events.append(.applicationData(applicationData))
        } else if heldApplicationData.count < Self.maximumHeldApplicationData {
            heldApplicationData.append(applicationData)
        }
    }

    /// Lets go of everything secret.
    mutating func discardSecrets() {
        records.discardRead { _ in true }
        records.discardWrite { $0 > 0 }
        flight.clear()
        timer.stop()
        acknowledgements.clear()
        transcript.removeAll()
        unjudged = nil
        heldApplicationData = []
        discardDeadline = nil
        isConnected = false
    }

    mutating func logKey(_ label: String, clientRandom: [UInt8], _ secret: SymmetricKey) {
        guard configuration.logsKeys else { return }
        events.append(.keyLog("\(label) \(clientRandom.hexadecimal) \(secret.exposedBytes().hexadecimal)"))
    }
}

extension [UInt8] {
    fileprivate var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
