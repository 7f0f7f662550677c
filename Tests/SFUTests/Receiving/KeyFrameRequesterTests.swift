import Testing
import Wire

@testable import SFU

@Suite("Requests for key frames")
struct KeyFrameRequesterTests {
    private func time(_ milliseconds: Int64) -> MonotonicTime { .zero + .milliseconds(milliseconds) }
    private let roundTrip = TimeInterval.milliseconds(50)

    @Test func `the first is sent at once and others join it`() {
        var requester = KeyFrameRequester()
        requester.want(at: time(10))
        requester.want(at: time(10))
        let result1 = requester.advance(to: time(10), roundTripTime: roundTrip)
        #expect(result1)
        requester.want(at: time(11))
        let result2 = requester.advance(to: time(11), roundTripTime: roundTrip)
        #expect(!result2)
        #expect(requester.requestCount == 1)
    }

    @Test func `a request is repeated until a key frame starts`() {
        var requester = KeyFrameRequester()
        requester.want(at: time(0))
        var sent: [Int64] = []
        for millisecond in stride(from: Int64(0), to: 2000, by: 10)
        where requester.advance(to: time(millisecond), roundTripTime: roundTrip) { sent.append(millisecond) }
        #expect(sent == [0, 500, 1000, 1500])
        requester.keyFrameStarted(at: time(2000))
        #expect(requester.nextDeadline == .distantFuture)
        let result3 = requester.advance(to: time(9000), roundTripTime: roundTrip)
        #expect(!result3)
    }

    @Test func `a request that comes too soon is put off and not lost`() {
        var requester = KeyFrameRequester()
        requester.want(at: time(0))
        _ = requester.advance(to: time(0), roundTripTime: roundTrip)
        requester.keyFrameStarted(at: time(60))
        requester.want(at: time(100))
        #expect(requester.nextDeadline == time(500))
        let result4 = requester.advance(to: time(499), roundTripTime: roundTrip)
        #expect(!result4)
        let result5 = requester.advance(to: time(500), roundTripTime: roundTrip)
        #expect(result5)
    }

    @Test func `large key frames are asked for more rarely`() {
        var requester = KeyFrameRequester()
        requester.want(at: time(0))
        _ = requester.advance(to: time(0), roundTripTime: roundTrip)
        requester.keyFrameStarted(at: time(50))
        // Half a second's worth of bytes, of which a quarter may go to key frames: one in two seconds.
        requester.keyFrameEnded(byteCount: 50_000, bytesPerSecond: 100_000)
        requester.want(at: time(100))
        #expect(requester.nextDeadline == time(2000))
        requester.keyFrameEnded(byteCount: 50_000_000, bytesPerSecond: 100_000)
        requester.cancel()
        requester.want(at: time(100))
        #expect(requester.nextDeadline == time(4000))
    }

    @Test func `nobody asks when nobody wants one any more`() {
        var requester = KeyFrameRequester()
        requester.want(at: time(0))
        requester.cancel()
        let result6 = requester.advance(to: time(0), roundTripTime: roundTrip)
        #expect(!result6)
    }
}
