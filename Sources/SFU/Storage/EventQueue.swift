/// Events until somebody fetches them: a ring of fixed size that drops the oldest.
struct EventQueue: Sendable {
    private var events: [RouterEvent?]
    private var first = 0
    private var count = 0
    private(set) var droppedCount: UInt64 = 0

    init(capacity: Int) {
        events = Array(repeating: nil, count: capacity)
    }

    mutating func append(_ event: RouterEvent) {
        if count == events.count {
            first = (first + 1) % events.count
            count -= 1
            droppedCount += 1
        }
        events[(first + count) % events.count] = event
        count += 1
    }

    mutating func popFirst() -> RouterEvent? {
        guard count > 0 else { return nil }
        defer {
            events[first] = nil
            first = (first + 1) % events.count
            count -= 1
        }
        return events[first]
    }
}
