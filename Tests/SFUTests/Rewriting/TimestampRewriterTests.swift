import Testing
import Wire

@testable import SFU

@Suite("Timestamps of a subscriber")
struct TimestampRewriterTests {
    private let start = MonotonicTime(nanoseconds: 5_000_000_000)

    /// A rewriter that has sent the timestamp 1000 at ``start``.
    private func sent(_ output: UInt32 = 1000) -> TimestampRewriter {
        var rewriter = TimestampRewriter(firstOutput: output)
        guard case .offset(let offset) = rewriter.continuation(of: 77, mapped: nil, at: start, clockRate: 90_000) else {
            return rewriter
        }
        rewriter.start(offset: offset)
        _ = rewriter.forward(77, at: start)
        return rewriter
    }

    /// The output for `timestamp` after `milliseconds`, or nil when the source is refused.
    private func continued(_ mapped: UInt32?, after milliseconds: Int64, from output: UInt32 = 1000) -> UInt32? {
        let rewriter = sent(output)
        let now = start + .milliseconds(milliseconds)
        switch rewriter.continuation(of: 5, mapped: mapped, at: now, clockRate: 90_000) {
        case .offset(let offset): return 5 &+ offset
        case .tooFarBehind: return nil
        }
    }

    @Test func `the first timestamp is the one that was chosen`() {
        #expect(sent().newest == 1000)
    }

    private static let mappings: [(UInt32, Int64, UInt32)] = [
        // Mapped by reports: believed where it is near the time that passed.
        (UInt32(4000), Int64(33), UInt32(4000)), (2000, 33, 2000),
        // Ahead of time by more than half a second.
        (200_000, 33, 1000 + 2970),
        // So far behind the time that passed that the clock must have stood still.
        (2000, 10_000, 1000 + 900_000),
        // A little behind what was sent: pushed after it.
        (900, 33, 1001), (1000, 33, 1001), (UInt32(bitPattern: 1000 - 6700), 33, 1001),
    ]

    @Test(arguments: mappings)
    func `a mapped source goes on where it says, within reason`(mapped: UInt32, after: Int64, output: UInt32) {
        #expect(continued(mapped, after: after) == output)
    }

    @Test func `a source without a reference goes on with the time that passed`() {
        #expect(continued(nil, after: 100) == 10_000)
        #expect(continued(nil, after: 0) == 1001)
    }

    @Test func `a source far behind is refused once and then pushed`() {
        var rewriter = sent(100_000)
        let now = start + .milliseconds(33)
        let behind: UInt32 = 100_000 - 9000
        #expect(rewriter.continuation(of: 5, mapped: behind, at: now, clockRate: 90_000) == .tooFarBehind)
        rewriter.refuse()
        #expect(
            rewriter.continuation(of: 5, mapped: behind, at: now, clockRate: 90_000) == .offset(100_001 - 5)
        )
    }

    @Test func `timestamps go on over the wrap of thirty-two bits`() {
        #expect(continued(500, after: 33, from: 0xFFFF_FF00) == 500)
        #expect(continued(nil, after: 100, from: 0xFFFF_FF00) == 0xFFFF_FF00 &+ 9000)
    }

    @Test func `a reference maps one clock onto another`() throws {
        let one = ReceiveStream.ClockReference(ntp: 10 << 32, timestamp: 1000, receivedAt: start)
        let other = ReceiveStream.ClockReference(ntp: 12 << 32, timestamp: 0xFFFF_FFF0, receivedAt: start)
        // One second after the report of the first is one second before that of the second.
        #expect(one.map(1000 + 90_000, to: other, clockRate: 90_000) == 0xFFFF_FFF0 &- 90_000)
        let mapped = try #require(one.map(1000 + 270_045, to: other, clockRate: 90_000))
        // Fractions of a tick are lost on the way.
        #expect((90_028...90_029).contains(mapped))
        let nonsense = ReceiveStream.ClockReference(ntp: 0x8000_0000_0000_0000, timestamp: 0, receivedAt: start)
        #expect(one.map(1000, to: nonsense, clockRate: 90_000) == nil)
    }
}
