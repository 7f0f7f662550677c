import Wire

/// Keys, numbers and replay windows of all live epochs of a connection.
///
/// Epoch 0 is unprotected. Its numbers are not checked for replay, since whoever can forge them could close the window;
/// the handshake's own numbers sort out repetitions.
struct RecordLayer: Sendable {
    enum Protection: Sendable {
        case none
        case dtls12(RecordProtection12)
        case dtls13(RecordProtection13)
    }

    private struct ReadEpoch: Sendable {
        let epoch: UInt64
        let protection: Protection
        var window = ReplayWindow()
        var forgeries: UInt64 = 0
    }

    private struct WriteEpoch: Sendable {
        let epoch: UInt64
        let protection: Protection
        var nextSequence: UInt64
    }

    /// What became of the next record of a datagram.
    enum Reception {
        case record(Record)
        /// A record of an epoch whose keys are not there yet; the bytes are the whole record.
        case early([UInt8])
        case dropped
    }

    /// What unprotected records say: a first ClientHello says 1.0, as servers may want that speak nothing else.
    var unprotectedVersion = ProtocolVersion.dtls12.rawValue
    private var readEpochs: [ReadEpoch] = []
    private var writeEpochs: [WriteEpoch]
    var counters = RecordCounters()
    /// True when a key has seen more forgeries than its suite allows.
    private(set) var isWornOut = false

    /// - Parameter firstSequence: The number of the first unprotected record.
    init(firstSequence: UInt64 = 0) {
        writeEpochs = [WriteEpoch(epoch: 0, protection: .none, nextSequence: firstSequence)]
    }

    // MARK: Keys

    mutating func installRead(epoch: UInt64, _ protection: Protection) {
        readEpochs.removeAll { $0.epoch == epoch }
        readEpochs.append(ReadEpoch(epoch: epoch, protection: protection))
    }

    mutating func installWrite(epoch: UInt64, _ protection: Protection) {
        writeEpochs.removeAll { $0.epoch == epoch }
        writeEpochs.append(WriteEpoch(epoch: epoch, protection: protection, nextSequence: 0))
    }

    mutating func discardRead(where condition: (UInt64) -> Bool) {
        readEpochs.removeAll { condition($0.epoch) }
    }

    mutating func discardWrite(where condition: (UInt64) -> Bool) {
        writeEpochs.removeAll { condition($0.epoch) }
    }

    /// The newest epoch that can be written.
    var writeEpoch: UInt64 { writeEpochs.last?.epoch ?? 0 }

    /// The newest epoch that can be read.
    var readEpoch: UInt64 { readEpochs.last?.epoch ?? 0 }

    func canRead(epoch: UInt64) -> Bool {
        epoch == 0 || readEpochs.contains { $0.epoch == epoch }
    }

    /// True when the newest write key has sealed so much that another is due.
    var wantsKeyUpdate: Bool {
        guard let last = writeEpochs.last, case .dtls13(let protection) = last.protection else { return false }
        return last.nextSequence >= protection.key.algorithm.sealLimit
    }

    // MARK: Sending

    /// What a record of this epoch needs besides its payload.
    func overhead(epoch: UInt64) -> Int {
        guard let entry = writeEpochs.first(where: { $0.epoch == epoch }) else { return PlaintextHeader.length }
        return switch entry.protection {
        case .none: PlaintextHeader.length
        case .dtls12(let protection): PlaintextHeader.length + protection.overhead
        case .dtls13: RecordProtection13.overhead
        }
    }

    /// Appends one record to a datagram and returns its number.
    mutating func seal(
        _ payload: [UInt8],
        type: ContentType,
        epoch: UInt64,
        into datagram: inout [UInt8]
    ) throws(DTLSError) -> RecordNumber {
        guard let index = writeEpochs.firstIndex(where: { $0.epoch == epoch }) else { throw .notConnected }
        let number = RecordNumber(epoch: epoch, sequence: writeEpochs[index].nextSequence)
        guard number.sequence < RecordNumber.maximumSequence else { throw .recordNumbersExhausted }
        let sealed: [UInt8]?
        switch writeEpochs[index].protection {
        case .none: sealed = payload
        case .dtls12(let protection):
            sealed = protection.seal(payload, type: type, number: number)
        case .dtls13(let protection):
            guard let record = protection.seal(payload, type: type, number: number) else { throw .localKeyFailure }
            writeEpochs[index].nextSequence += 1
            datagram += record
            return number
        }
        guard let sealed else { throw .localKeyFailure }
        writeEpochs[index].nextSequence += 1
        PlaintextHeader(
            type: type,
            version: epoch == 0 ? unprotectedVersion : ProtocolVersion.dtls12.rawValue,
            number: number,
            payloadLength: sealed.count
        ).write(to: &datagram)
        datagram += sealed
        return number
    }

    // MARK: Receiving

    /// Takes the next record out of a datagram, or nil at its end. What is no record ends the datagram.
    mutating func nextRecord(from reader: inout ByteReader) -> Reception? {
        guard !reader.isAtEnd else { return nil }
        let start = reader
        do throws(WireError) {
            var peek = reader
            let firstByte = try peek.readUInt8()
            if firstByte & 0b1110_0000 == 0b0010_0000 {
                guard let header = try UnifiedHeader(parsing: &reader) else {
                    _ = reader.readRest()
                    counters.malformed += 1
                    return .dropped
                }
                let payload = try reader.readBytes(header.payloadLength).array()
                return open(header, payload: payload, whole: start, length: start.remaining - reader.remaining)
            }
            let header = try PlaintextHeader(parsing: &reader)
            guard header.version >> 8 == 0xFE else {
                _ = reader.readRest()
                counters.malformed += 1
                return .dropped
            }
            let payload = try reader.readBytes(header.payloadLength).array()
            return open(header, payload: payload, whole: start, length: start.remaining - reader.remaining)
        } catch {
            _ = reader.readRest()
            counters.malformed += 1
            return .dropped
        }
    }

    private func early(_ whole: ByteReader, length: Int) -> Reception {
        var whole = whole
        guard let bytes = try? whole.readBytes(length) else { return .dropped }
        return .early(bytes.array())
    }

    private mutating func open(
        _ header: PlaintextHeader,
        payload: [UInt8],
        whole: ByteReader,
        length: Int
    ) -> Reception {
        if header.number.epoch == 0 {
            counters.accepted += 1
            return .record(Record(type: header.type, number: header.number, payload: payload))
        }
        guard let index = readEpochs.firstIndex(where: { $0.epoch == header.number.epoch }) else {
            return header.number.epoch == 1 ? early(whole, length: length) : drop(\.keyless)
        }
        guard case .dtls12(let protection) = readEpochs[index].protection,
            header.version == ProtocolVersion.dtls12.rawValue
        else { return drop(\.malformed) }
        guard readEpochs[index].window.isFresh(header.number.sequence) else { return drop(\.replayed) }
        guard let plaintext = protection.open(payload, type: header.type, number: header.number) else {
            return forged(index)
        }
        readEpochs[index].window.mark(header.number.sequence)
        counters.accepted += 1
        return .record(Record(type: header.type, number: header.number, payload: plaintext))
    }

    private mutating func open(
        _ header: UnifiedHeader,
        payload: [UInt8],
        whole: ByteReader,
        length: Int
    ) -> Reception {
        // Of the epochs held, at most two lie next to each other, so two bits tell them apart.
        let candidate = readEpochs.lastIndex { entry in
            entry.epoch & 0b11 == header.epochBits
        }
        guard let index = candidate, case .dtls13(let protection) = readEpochs[index].protection else {
            return early(whole, length: length)
        }
        let expected = readEpochs[index].window.next
        guard let (sequence, numberBytes) = protection.sequence(of: header, payload: payload, expected: expected)
        else { return drop(\.malformed) }
        guard readEpochs[index].window.isFresh(sequence) else { return drop(\.replayed) }
        guard
            let (type, plaintext) = protection.open(
                payload,
                header: header,
                numberBytes: numberBytes,
                sequence: sequence
            )
        else { return forged(index) }
        readEpochs[index].window.mark(sequence)
        counters.accepted += 1
        let number = RecordNumber(epoch: readEpochs[index].epoch, sequence: sequence)
        return .record(Record(type: type, number: number, payload: plaintext))
    }

    private mutating func drop(_ counter: WritableKeyPath<RecordCounters, UInt64>) -> Reception {
        counters[keyPath: counter] += 1
        return .dropped
    }

    private mutating func forged(_ index: Int) -> Reception {
        readEpochs[index].forgeries += 1
        if readEpochs[index].forgeries >= AEADAlgorithm.forgeryLimit { isWornOut = true }
        return drop(\.forged)
    }
}
