import Crypto
import Testing
import Wire

@testable import DTLSSRTP

@Suite("Records")
struct RecordTests {
    @Test func `a replay window takes each number once and nothing that is too old`() {
        var window = ReplayWindow()
        let input: [(UInt64, Bool)] = [
            (0, true), (0, false), (1, true), (5, true), (3, true), (3, false), (5, false), (69, true), (6, true),
            (5, false), (4, false), (1000, true), (936, false), (937, true), (937, false),
            (RecordNumber.maximumSequence, true), (RecordNumber.maximumSequence, false), (1000, false),
        ]
        for (sequence, isFresh) in input {
            #expect(window.isFresh(sequence) == isFresh, "\(sequence)")
            if isFresh { window.mark(sequence) }
        }
    }

    @Test(
        arguments: [
            (0x00, 8, 0, 0), (0xFF, 8, 0, 0xFF), (0x05, 8, 0x100, 0x105), (0xFE, 8, 0x100, 0xFE),
            (0x01, 8, 0xFF, 0x101),
            (0x80, 8, 0x100, 0x180), (0xFFFF, 16, 0x1_0001, 0xFFFF), (0x0002, 16, 0xFFFE, 0x1_0002),
        ] as [(UInt64, Int, UInt64, UInt64)]
    )
    func `a short number means the one nearest to what is expected`(
        bits: UInt64,
        width: Int,
        expected: UInt64,
        sequence: UInt64
    ) {
        #expect(UnifiedHeader.reconstruct(bits: bits, width: width, expected: expected) == sequence)
    }

    private func layers(_ aead: AEADAlgorithm, _ version: ProtocolVersion) -> (RecordLayer, RecordLayer) {
        let secret = SymmetricKey(data: [UInt8](repeating: 7, count: 32))
        let protection: RecordLayer.Protection =
            version == .dtls13
            ? .dtls13(KeySchedule13(hash: .sha256).recordProtection(trafficSecret: secret, aead: aead))
            : .dtls12(
                PseudoRandomFunction(hash: .sha256).trafficKeys(
                    masterSecret: secret,
                    clientRandom: [1],
                    serverRandom: [2],
                    aead: aead
                ).client
            )
        var sender = RecordLayer()
        var receiver = RecordLayer()
        let epoch: UInt64 = version == .dtls13 ? 3 : 1
        sender.installWrite(epoch: epoch, protection)
        receiver.installRead(epoch: epoch, protection)
        return (sender, receiver)
    }

    @Test(arguments: [AEADAlgorithm.aes128GCM, .aes256GCM, .chaCha20Poly1305], ProtocolVersion.allCases)
    func `several records in one datagram come back, and a changed bit is a forgery`(
        aead: AEADAlgorithm,
        version: ProtocolVersion
    ) throws {
        var (sender, receiver) = layers(aead, version)
        var datagram: [UInt8] = []
        for index in 0..<3 as Range<UInt8> {
            _ = try sender.seal(
                [index, 1, 2],
                type: .applicationData,
                epoch: sender.writeEpoch,
                into: &datagram
            )
        }
        for bit in 0..<datagram.count * 8 {
            var changed = datagram
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            var fresh = receiver
            var reader = ByteReader(changed.rawSpan)
            var payloads: [[UInt8]] = []
            while let reception = fresh.nextRecord(from: &reader) {
                if case .record(let record) = reception, record.number.epoch > 0 { payloads.append(record.payload) }
            }
            #expect(payloads.count < 3, "bit \(bit)")
        }
        var reader = ByteReader(datagram.rawSpan)
        var payloads: [[UInt8]] = []
        while let reception = receiver.nextRecord(from: &reader) {
            if case .record(let record) = reception { payloads.append(record.payload) }
        }
        #expect(payloads == [[0, 1, 2], [1, 1, 2], [2, 1, 2]])
        var again = ByteReader(datagram.rawSpan)
        while let reception = receiver.nextRecord(from: &again) {
            if case .record = reception { Issue.record("a repeated record was taken") }
        }
        #expect(receiver.counters.replayed == 3)
    }

    @Test func `record numbers of 1.3 are not readable on the wire`() throws {
        var (sender, _) = layers(.aes128GCM, .dtls13)
        var headers: Set<[UInt8]> = []
        for _ in 0..<64 {
            var datagram: [UInt8] = []
            _ = try sender.seal([9], type: .applicationData, epoch: 3, into: &datagram)
            headers.insert(Array(datagram[1...2]))
        }
        #expect(headers.count > 60)
        #expect(headers.contains { $0[0] != 0 })
    }
}
