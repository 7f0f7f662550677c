internal import Wire

/// The allocations of a server with everything that belongs to them, in a few blocks of memory.
///
/// Indices are dense: a new allocation takes the lowest free one, and memory behind the last one in use is given back.
struct AllocationTable: ~Copyable {
    var slots: [Allocation] = []
    var accounts: [Account?] = []
    var permissions = ChainPool<Permission>()
    var channels = ChainPool<ChannelBinding>()
    private(set) var count = 0
    private var lookup: FiveTupleTable
    private var lastGeneration: UInt32 = 0
    /// No slot below this one is free.
    private var firstCandidate = 0

    init(seed: UInt64) {
        lookup = FiveTupleTable(seed: seed)
    }

    /// The slot of the allocation over a five-tuple.
    func index(over fiveTuple: FiveTuple) -> Int? {
        lookup.find(lookup.hash(fiveTuple)) { slots[$0].fiveTuple == fiveTuple }
    }

    /// The slot that a handle names, if it is still the same allocation.
    func index(of handle: AllocationHandle) -> Int? {
        let index = Int(handle.index)
        guard index < slots.count, slots[index].generation == handle.generation, handle.generation != 0 else {
            return nil
        }
        return index
    }

    func handle(at index: Int) -> AllocationHandle {
        AllocationHandle(index: UInt32(truncatingIfNeeded: index), generation: slots[index].generation)
    }

    mutating func insert(_ fiveTuple: FiveTuple, _ account: Account) -> Int {
        lastGeneration &+= 1
        if lastGeneration == 0 { lastGeneration = 1 }
        let allocation = Allocation(generation: lastGeneration, fiveTuple: fiveTuple)
        while firstCandidate < slots.count, slots[firstCandidate].generation != 0 { firstCandidate += 1 }
        let index = firstCandidate
        if index == slots.count {
            slots.append(allocation)
            accounts.append(account)
        } else {
            slots[index] = allocation
            accounts[index] = account
        }
        firstCandidate += 1
        count += 1
        lookup.insert(index, of: slots)
        return index
    }

    mutating func remove(_ index: Int) {
        permissions.removeAll(from: &slots[index].permissions) { _ in true }
        channels.removeAll(from: &slots[index].channels) { _ in true }
        lookup.remove(index, of: slots)
        slots[index].generation = 0
        accounts[index] = nil
        firstCandidate = min(firstCandidate, index)
        count -= 1
        trim()
    }

    /// Places of the five-tuple table.
    var lookupCapacity: Int { lookup.capacity }

    private mutating func trim() {
        while let last = slots.last, last.generation == 0 {
            slots.removeLast()
            accounts.removeLast()
        }
        guard slots.capacity > 64, slots.count * 4 < slots.capacity else { return }
        slots = Self.shrunk(slots)
        accounts = Self.shrunk(accounts)
    }

    private static func shrunk<Element>(_ array: [Element]) -> [Element] {
        var copy: [Element] = []
        copy.reserveCapacity(array.count * 2)
        copy.append(contentsOf: array)
        return copy
    }
}
