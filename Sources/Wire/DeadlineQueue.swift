/// Deadlines of many keys in order of time: a binary heap that allocates only when it grows.
///
/// An entry cannot be taken out before its time. Whoever owns the key compares with its own state when the entry comes up
/// and inserts it again where the deadline has moved on; that keeps the cost of a refresh, which is the common case, at
/// nothing.
public struct DeadlineQueue<Key: Sendable>: Sendable {
    @usableFromInline
    struct Entry: Sendable {
        @usableFromInline
        var deadline: MonotonicTime
        @usableFromInline
        var key: Key

        @inlinable
        init(deadline: MonotonicTime, key: Key) {
            self.deadline = deadline
            self.key = key
        }
    }

    // Everything is inlinable: unspecialized, each call would allocate.
    @usableFromInline
    var heap: [Entry] = []

    @inlinable
    public init(minimumCapacity: Int = 0) {
        heap.reserveCapacity(minimumCapacity)
    }

    @inlinable
    public var isEmpty: Bool { heap.isEmpty }
    @inlinable
    public var count: Int { heap.count }

    /// When the first entry is due, if there is one.
    @inlinable
    public var nextDeadline: MonotonicTime? { heap.first?.deadline }

    /// - Complexity: O(log n).
    @inlinable
    public mutating func insert(_ key: Key, at deadline: MonotonicTime) {
        heap.append(Entry(deadline: deadline, key: key))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].deadline < heap[parent].deadline else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes out the first entry when it is due at `now`.
    ///
    /// - Complexity: O(log n).
    @inlinable
    public mutating func popFirst(dueAt now: MonotonicTime) -> Key? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.key }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in (2 * parent + 1)...(2 * parent + 2)
            where child < heap.count && heap[child].deadline < heap[least].deadline { least = child }
            guard least != parent else { return first.key }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
