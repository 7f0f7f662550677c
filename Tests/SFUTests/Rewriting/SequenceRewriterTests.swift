import Testing

@testable import SFU

@Suite("Sequence numbers of a subscriber")
struct SequenceRewriterTests {
    enum Step {
        case start(Int64, hole: Int64 = 0)
        case forward(Int64, Int64?)
        case drop(Int64, closes: Bool)
    }

    private func run(_ steps: [Step], firstOutput: Int64 = 100, sourceLocation: SourceLocation = #_sourceLocation) {
        var rewriter = SequenceRewriter(firstOutput: firstOutput)
        for (index, step) in steps.enumerated() {
            switch step {
            case .start(let input, let hole): rewriter.start(at: input, hole: hole)
            case .forward(let input, let output):
                #expect(rewriter.forward(input) == output, "step \(index)", sourceLocation: sourceLocation)
            case .drop(let input, let closes):
                #expect(rewriter.drop(input) == closes, "step \(index)", sourceLocation: sourceLocation)
            }
        }
    }

    @Test func `a switch of sources goes on with the next number`() {
        run([
            .start(5000), .forward(5000, 100), .forward(5001, 101),
            .start(70_000), .forward(70_000, 102), .forward(70_001, 103),
        ])
    }

    @Test func `a picture that was cut off leaves one number out`() {
        run([.start(1), .forward(1, 100), .start(900, hole: 1), .forward(900, 102), .forward(901, 103)])
    }

    @Test func `a packet left out in order closes the gap`() {
        run([
            .start(1), .forward(1, 100), .drop(2, closes: true), .forward(3, 101), .drop(4, closes: true),
            .drop(5, closes: true), .forward(6, 102),
        ])
    }

    @Test func `a packet left out late leaves its hole`() {
        run([.start(1), .forward(1, 100), .forward(3, 102), .drop(2, closes: false), .forward(4, 103)])
    }

    @Test func `lost packets leave holes as many as they may be`() {
        run([.start(1), .forward(1, 100), .forward(5, 104), .forward(3, 102), .forward(2, 101), .forward(4, 103)])
    }

    @Test func `a late packet gets the number of its time`() {
        run([
            .start(1), .forward(1, 100), .forward(3, 102), .drop(4, closes: true), .forward(5, 103),
            .drop(6, closes: true), .forward(7, 104), .forward(2, 101),
        ])
    }

    @Test func `a gap before a packet that is left out stays open for what comes late`() {
        run([
            .start(1), .forward(1, 100), .drop(4, closes: true), .forward(5, 103), .forward(2, 101), .forward(3, 102),
        ])
    }

    @Test func `a packet from before the start is left out`() {
        run([.start(50), .forward(50, 100), .forward(49, nil), .forward(51, 101)])
    }

    @Test func `a switch behind a gap that was left out gives no number twice`() {
        run([.start(1), .forward(1, 100), .drop(4, closes: true), .start(9000), .forward(9000, 103)])
    }

    @Test func `what is too late for the history is left out`() {
        var steps: [Step] = [.start(0), .forward(0, 100)]
        for number in 1...Int64(SequenceRewriter.historyCount) {
            steps += [.drop(3 * number, closes: true), .forward(3 * number + 1, 101 + 2 * number)]
        }
        run(steps + [.forward(2, nil)])
    }

    @Test func `numbers go on over the wrap of sixteen bits`() {
        run(
            [.start(0x1_FFFE), .forward(0x1_FFFE, 0xFFFF), .forward(0x2_0001, 0x1_0002), .forward(0x1_FFFF, 0x1_0000)],
            firstOutput: 0xFFFF
        )
    }
}
