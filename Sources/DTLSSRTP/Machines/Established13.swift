import Crypto
import Wire

/// A 1.3 connection after its handshake: new keys on request, tickets ignored (RFC 9147 section 8).
///
/// Our own KeyUpdate takes effect when the peer has acknowledged it:
///
///     idle --want--> KeyUpdate sent under epoch n --ACK--> writing epoch n + 1
struct Established13: Sendable {
    /// How long handshake keys are kept to answer late retransmissions: two maximum segment lifetimes.
    static let handshakeKeyLifetime: TimeInterval = .seconds(240)

    private let schedule: KeySchedule13
    private let aead: AEADAlgorithm
    private var readSecret: SymmetricKey
    private var writeSecret: SymmetricKey
    private var readEpoch: UInt64 = 3
    private var writeEpoch: UInt64 = 3
    private var isUpdating = false
    private var wantsUpdate = false

    init(schedule: KeySchedule13, aead: AEADAlgorithm, readSecret: SymmetricKey, writeSecret: SymmetricKey) {
        self.schedule = schedule
        self.aead = aead
        self.readSecret = readSecret
        self.writeSecret = writeSecret
    }

    func receive(_ message: HandshakeMessage, _ context: inout HandshakeContext) throws(DTLSError) -> HandshakeMachine {
        guard message.epoch == readEpoch else { throw .unexpectedMessage(type: message.type.rawValue) }
        var next = self
        switch message.type {
        case .keyUpdate:
            let update = try KeyUpdate(decoding: message.body)
            guard readEpoch < RecordNumber.maximumSequence else { throw .recordNumbersExhausted }
            next.readSecret = schedule.nextTrafficSecret(readSecret)
            next.readEpoch += 1
            let newEpoch = next.readEpoch
            context.records.installRead(
                epoch: newEpoch,
                .dtls13(schedule.recordProtection(trafficSecret: next.readSecret, aead: aead))
            )
            // The epoch before stays for records that were overtaken; older ones go.
            context.records.discardRead { $0 + 1 < newEpoch }
            context.reassembler.require(epoch: newEpoch)
            if update.isRequest { next.wantsUpdate = true }
        case .newSessionTicket where context.configuration.role == .client:
            break
        default:
            throw .unexpectedMessage(type: message.type.rawValue)
        }
        // The ACK that the peer waits for goes out with the timer that the record has started, and names what came with it.
        try next.beginUpdate(isRequest: false, &context)
        return .established13(next)
    }

    /// Asks for new keys in both directions.
    mutating func requestUpdate(_ context: inout HandshakeContext) throws(DTLSError) {
        wantsUpdate = true
        try beginUpdate(isRequest: true, &context)
    }

    /// Sends a KeyUpdate unless a flight is still on its way.
    private mutating func beginUpdate(isRequest: Bool, _ context: inout HandshakeContext) throws(DTLSError) {
        guard wantsUpdate, !isUpdating, context.flight.isEmpty else { return }
        guard writeEpoch < RecordNumber.maximumSequence else { throw .recordNumbersExhausted }
        wantsUpdate = false
        isUpdating = true
        context.send(.keyUpdate, KeyUpdate(isRequest: isRequest).encoded(), epoch: writeEpoch)
        try context.finishFlight(awaitsReply: true)
    }

    /// An ACK has named all of our last flight.
    mutating func flightAcknowledged(_ context: inout HandshakeContext) throws(DTLSError) {
        context.flightArrived()
        if isUpdating {
            isUpdating = false
            writeSecret = schedule.nextTrafficSecret(writeSecret)
            writeEpoch += 1
            context.records.installWrite(
                epoch: writeEpoch,
                .dtls13(schedule.recordProtection(trafficSecret: writeSecret, aead: aead))
            )
        }
        let epoch = writeEpoch
        context.records.discardWrite { $0 > 0 && $0 < epoch }
        try beginUpdate(isRequest: false, &context)
    }
}
