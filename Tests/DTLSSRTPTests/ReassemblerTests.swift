import Testing
import Wire

@testable import DTLSSRTP

@Suite("Reassembly")
struct ReassemblerTests {
    /// Adds the piece `range` of `body` as message `sequence`.
    private func add(
        _ body: [UInt8],
        _ range: Range<Int>,
        sequence: UInt16 = 0,
        type: HandshakeType = .certificate,
        epoch: UInt64 = 0,
        to reassembler: inout Reassembler
    ) throws -> Reassembler.Outcome {
        var bytes: [UInt8] = []
        HandshakeFragment.writeHeader(
            type: type,
            messageLength: body.count,
            sequence: sequence,
            range: range,
            to: &bytes
        )
        bytes += body[range]
        var reader = ByteReader(bytes.rawSpan)
        guard let fragment = try HandshakeFragment(parsing: &reader) else { return .refused }
        return reassembler.add(fragment, epoch: epoch)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `pieces in any order, overlapping and repeated, make the message`(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        let body = (0..<1500).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var reassembler = Reassembler()
        var pieces = stride(from: 0, to: 1500, by: 200).map { start in
            max(0, start - Int.random(in: 0...50, using: &generator))..<min(1500, start + 200)
        }
        pieces += pieces.prefix(3)
        pieces.shuffle(using: &generator)
        for piece in pieces {
            let outcome = try add(body, piece, to: &reassembler)
            #expect(outcome == .buffered)
        }
        let message = reassembler.popNext()
        #expect(message?.body == body)
        #expect(try add(body, 0..<200, to: &reassembler) == .stale)
    }

    @Test func `messages come out in order`() throws {
        var reassembler = Reassembler()
        #expect(try add([2], 0..<1, sequence: 1, to: &reassembler) == .buffered)
        #expect(reassembler.popNext() == nil)
        #expect(try add([1], 0..<1, sequence: 0, to: &reassembler) == .buffered)
        #expect(reassembler.popNext()?.body == [1])
        #expect(reassembler.popNext()?.body == [2])
    }

    @Test func `an empty message is complete with its first fragment`() throws {
        var reassembler = Reassembler()
        #expect(try add([], 0..<0, type: .serverHelloDone, to: &reassembler) == .buffered)
        #expect(reassembler.popNext()?.body == [])
    }

    @Test func `pieces that contradict others are refused`() throws {
        var reassembler = Reassembler()
        let body = [UInt8](repeating: 1, count: 10)
        #expect(try add(body, 0..<5, to: &reassembler) == .buffered)
        #expect(try add(body + [1], 5..<11, to: &reassembler) == .refused)
        #expect(try add(body, 5..<10, type: .finished, to: &reassembler) == .refused)
    }

    @Test func `what is kept for one peer is bounded`() throws {
        var reassembler = Reassembler()
        let body = [UInt8](repeating: 1, count: 20000)
        #expect(try add(body, 0..<1, to: &reassembler) == .buffered)
        #expect(try add(body, 0..<1, sequence: 1, to: &reassembler) == .refused)
        #expect(try add([1], 0..<1, sequence: 8, to: &reassembler) == .refused)
        for index in 1..<1000 { _ = try add(body, 2 * index..<2 * index + 1, to: &reassembler) }
        #expect(try add(body, 19990..<20000, to: &reassembler) == .refused)
        #expect(reassembler.bufferedBytes <= Reassembler.capacity)
    }

    @Test func `a protected piece displaces what came unprotected`() throws {
        var reassembler = Reassembler()
        #expect(try add([1, 1, 1], 0..<3, to: &reassembler) == .buffered)
        #expect(try add([2, 2], 0..<1, epoch: 2, to: &reassembler) == .buffered)
        #expect(try add([1, 1, 1], 0..<3, to: &reassembler) == .refused)
        #expect(try add([2, 2], 1..<2, epoch: 2, to: &reassembler) == .buffered)
        #expect(reassembler.popNext()?.body == [2, 2])
    }
}
