import Testing
import Wire

@Suite("Deadline queue")
struct DeadlineQueueTests {
    @Test func `entries come out in order of time and never before it`() {
        var queue = DeadlineQueue<Int>()
        var state: UInt64 = 42
        var deadlines: [Int] = []
        for _ in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            let deadline = Int(state >> 54)
            deadlines.append(deadline)
            queue.insert(deadline, at: MonotonicTime(nanoseconds: UInt64(deadline)))
        }
        var out: [Int] = []
        for time in 0..<1024 {
            while let key = queue.popFirst(dueAt: MonotonicTime(nanoseconds: UInt64(time))) {
                #expect(key == time)
                out.append(key)
            }
        }
        #expect(out == deadlines.sorted())
        #expect(queue.isEmpty)
    }
}

@Suite("Monotonic time")
struct MonotonicTimeTests {
    @Test func `arithmetic saturates instead of trapping`() {
        #expect(MonotonicTime.zero - .seconds(1) == .zero)
        #expect(MonotonicTime.distantFuture + .seconds(1) == .distantFuture)
        #expect(TimeInterval.seconds(.max) == .nanoseconds(.max))
        #expect(TimeInterval.seconds(.min) == .nanoseconds(.min))
        #expect(TimeInterval.nanoseconds(.max) + .seconds(1) == .nanoseconds(.max))
        #expect(MonotonicTime(nanoseconds: 5) - MonotonicTime(nanoseconds: 8) == .nanoseconds(-3))
    }
}
