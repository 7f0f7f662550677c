import RTP

/// What an SSRC of a participant stands for.
struct SSRCBinding: Hashable, Sendable, BitwiseCopyable {
    /// The index of a receive stream or of a subscription.
    var index: Int
    /// True for the stream of its retransmissions.
    var isRetransmission: Bool
}

/// SSRCs to what they stand for: open addressing with linear probing, at most half full.
///
/// A lookup is one or two memory accesses and allocates nothing. The table grows in ``reserve(_:)`` only, which control events
/// call before packets can bind streams.
struct SSRCTable: Sendable {
    private struct Entry: Sendable, BitwiseCopyable {
        var ssrc: UInt32 = 0
        /// 0 is an empty place; otherwise twice the index, plus two, plus one for retransmissions.
        var value: UInt32 = 0
    }

    private var entries: [Entry]
    private(set) var count = 0

    init(capacity: Int = 8) {
        entries = Array(repeating: Entry(), count: Self.size(for: capacity))
    }

    private static func size(for capacity: Int) -> Int {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        return size
    }

    /// How many SSRCs it can hold without growing.
    var capacity: Int { entries.count / 2 }

    /// Makes room for `capacity` SSRCs in all.
    mutating func reserve(_ capacity: Int) {
        guard capacity > self.capacity else { return }
        let old = entries
        entries = Array(repeating: Entry(), count: Self.size(for: capacity))
        for entry in old where entry.value != 0 { entries[place(of: entry.ssrc)] = entry }
    }

    @inline(__always)
    private func home(_ ssrc: UInt32) -> Int {
        // SSRCs are random or chosen by a peer; the multiplication spreads those that differ in few bits.
        Int((ssrc &* 0x9E37_79B1) >> 12) & (entries.count - 1)
    }

    /// Where `ssrc` is, or the empty place where it would go.
    @inline(__always)
    private func place(of ssrc: UInt32) -> Int {
        var place = home(ssrc)
        while entries[place].value != 0, entries[place].ssrc != ssrc { place = (place + 1) & (entries.count - 1) }
        return place
    }

    subscript(ssrc: SSRC) -> SSRCBinding? {
        let value = entries[place(of: ssrc.rawValue)].value
        guard value != 0 else { return nil }
        return SSRCBinding(index: Int(value >> 1) - 1, isRetransmission: value & 1 == 1)
    }

    /// Binds `ssrc`, also when it was bound to something else.
    ///
    /// - Returns: False when the table is full.
    mutating func bind(_ ssrc: SSRC, to binding: SSRCBinding) -> Bool {
        let place = place(of: ssrc.rawValue)
        let value = UInt32(truncatingIfNeeded: binding.index + 1) << 1 | (binding.isRetransmission ? 1 : 0)
        if entries[place].value == 0 {
            guard count < capacity else { return false }
            count += 1
        }
        entries[place] = Entry(ssrc: ssrc.rawValue, value: value)
        return true
    }

    mutating func remove(_ ssrc: SSRC) {
        var hole = place(of: ssrc.rawValue)
        guard entries[hole].value != 0 else { return }
        count -= 1
        // Entries behind the hole that had to pass it move up, so that no marks of removal are needed.
        let mask = entries.count - 1
        var place = hole
        while true {
            place = (place + 1) & mask
            guard entries[place].value != 0 else { break }
            let distance = (place - home(entries[place].ssrc)) & mask
            if distance >= (place - hole) & mask {
                entries[hole] = entries[place]
                hole = place
            }
        }
        entries[hole] = Entry()
    }
}
