internal import Wire

/// Finds the index of an allocation by its five-tuple: open addressing with linear probing, 8 bytes a place, at most two
/// thirds full.
///
/// It stores hashes and indices; the five-tuples are with the allocations, so comparing is the caller's part. The hash has a
/// secret seed, and only authenticated clients put entries in.
struct FiveTupleTable {
    private struct Place: BitwiseCopyable {
        /// The upper half of the hash.
        var tag: UInt32 = 0
        /// The index of the allocation plus one; 0 where the place is free.
        var indexPlusOne: UInt32 = 0
    }

    private var places: [Place]
    private var count = 0
    private let seed: UInt64
    private static let minimumCapacity = 16

    init(seed: UInt64) {
        self.seed = seed
        places = Array(repeating: Place(), count: Self.minimumCapacity)
    }

    func hash(_ fiveTuple: FiveTuple) -> UInt64 {
        var hash = SeededHash(seed: seed)
        hash.combine(fiveTuple.client.ip.high ^ fiveTuple.server.ip.high &<< 1)
        hash.combine(fiveTuple.client.ip.low)
        hash.combine(fiveTuple.server.ip.low)
        hash.combine(
            UInt64(fiveTuple.client.port) << 48 | UInt64(fiveTuple.server.port) << 32
                | UInt64(fiveTuple.client.ip.family.rawValue) << 16 | UInt64(fiveTuple.transport.rawValue)
        )
        return hash.value
    }

    /// The index of the entry with this hash for which `isMatch` says yes.
    @inline(__always)
    func find(_ hash: UInt64, isMatch: (Int) -> Bool) -> Int? {
        let mask = places.count - 1
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var position = Int(truncatingIfNeeded: hash) & mask
        while places[position].indexPlusOne != 0 {
            if places[position].tag == tag {
                let index = Int(places[position].indexPlusOne) - 1
                if isMatch(index) { return index }
            }
            position = (position + 1) & mask
        }
        return nil
    }

    /// Enters the allocation at an index of `slots`, whose five-tuple is not in the table.
    mutating func insert(_ index: Int, of slots: [Allocation]) {
        if (count + 1) * 3 > places.count * 2 { resize(to: places.count * 2, slots) }
        place(index, hash(slots[index].fiveTuple))
        count += 1
    }

    /// Takes out the allocation at an index of `slots`, which still holds its five-tuple.
    mutating func remove(_ index: Int, of slots: [Allocation]) {
        let hash = hash(slots[index].fiveTuple)
        let mask = places.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while places[position].indexPlusOne != UInt32(index + 1) {
            guard places[position].indexPlusOne != 0 else { return }
            position = (position + 1) & mask
        }
        // Close the gap: move back every later entry of the run whose own place is not after the gap.
        var gap = position
        var next = (gap + 1) & mask
        while places[next].indexPlusOne != 0 {
            let home = Int(truncatingIfNeeded: self.hash(slots[Int(places[next].indexPlusOne) - 1].fiveTuple)) & mask
            if (next - home) & mask >= (next - gap) & mask {
                places[gap] = places[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        places[gap] = Place()
        count -= 1
        if places.count > Self.minimumCapacity, count * 8 < places.count {
            resize(to: max(Self.minimumCapacity, places.count / 4), slots)
        }
    }

    var capacity: Int { places.count }

    private mutating func place(_ index: Int, _ hash: UInt64) {
        let mask = places.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while places[position].indexPlusOne != 0 { position = (position + 1) & mask }
        places[position] = Place(tag: UInt32(truncatingIfNeeded: hash >> 32), indexPlusOne: UInt32(index + 1))
    }

    private mutating func resize(to capacity: Int, _ slots: [Allocation]) {
        let old = places
        places = Array(repeating: Place(), count: capacity)
        for entry in old where entry.indexPlusOne != 0 {
            let index = Int(entry.indexPlusOne) - 1
            place(index, hash(slots[index].fiveTuple))
        }
    }
}
