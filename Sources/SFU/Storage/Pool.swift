/// A place in a ``Pool``, with the number of its tenant, so that a handle of a former tenant finds nobody.
struct PoolHandle: Hashable, Sendable, BitwiseCopyable {
    var index: UInt32
    var generation: UInt32
}

/// Values that cannot be copied, each at an index that it keeps for life.
///
/// Insertion may allocate and move everything, so it belongs to control events; access by index is a bounds check and an
/// address. Indices of removed values are given to later ones; ``index(of:)`` tells whether a handle is still good.
@safe struct Pool<Element: ~Copyable>: ~Copyable {
    /// The first `generations.count` elements are memory; those whose generation is odd are initialized.
    private var elements: UnsafeMutablePointer<Element>
    private var capacity: Int
    /// Odd while the place is taken: it counts insertions and removals.
    private var generations: [UInt32] = []
    private var free: [Int] = []
    private(set) var count = 0

    init(minimumCapacity: Int = 8) {
        capacity = max(1, minimumCapacity)
        unsafe elements = .allocate(capacity: capacity)
    }

    deinit {
        for index in generations.indices where generations[index] & 1 == 1 {
            unsafe (elements + index).deinitialize(count: 1)
        }
        unsafe elements.deallocate()
    }

    /// One beyond the largest index ever used.
    var endIndex: Int { generations.count }

    func isOccupied(_ index: Int) -> Bool {
        index >= 0 && index < generations.count && generations[index] & 1 == 1
    }

    /// The index of the value that `handle` names, or nil when it is gone.
    func index(of handle: PoolHandle) -> Int? {
        let index = Int(handle.index)
        guard index < generations.count, generations[index] == handle.generation, handle.generation & 1 == 1 else {
            return nil
        }
        return index
    }

    func handle(at index: Int) -> PoolHandle {
        PoolHandle(index: UInt32(truncatingIfNeeded: index), generation: generations[index])
    }

    /// - Returns: The index of the new value.
    mutating func insert(_ element: consuming Element) -> Int {
        count += 1
        if let index = free.popLast() {
            generations[index] &+= 1
            unsafe (elements + index).initialize(to: element)
            return index
        }
        let index = generations.count
        if index == capacity {
            let larger = UnsafeMutablePointer<Element>.allocate(capacity: 2 * capacity)
            // Places that are free hold nothing to move.
            for place in 0..<index where generations[place] & 1 == 1 {
                unsafe (larger + place).moveInitialize(from: elements + place, count: 1)
            }
            unsafe elements.deallocate()
            unsafe elements = larger
            capacity *= 2
        }
        generations.append(1)
        unsafe (elements + index).initialize(to: element)
        return index
    }

    /// Takes the value at `index` out, which must be there.
    mutating func remove(at index: Int) -> Element {
        precondition(isOccupied(index), "only a value that is there can be removed")
        generations[index] &+= 1
        free.append(index)
        count -= 1
        return unsafe (elements + index).move()
    }

    subscript(index: Int) -> Element {
        unsafeAddress {
            precondition(isOccupied(index), "an index names a value that is there")
            return unsafe UnsafePointer(elements + index)
        }
        unsafeMutableAddress {
            precondition(isOccupied(index), "an index names a value that is there")
            return unsafe elements + index
        }
    }
}
