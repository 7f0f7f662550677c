import Wire

/// Fragmented ClientHellos of strangers, in memory of one size that is made at the start: 256 entries of 2 kB, the oldest
/// evicted. It is all that exists for a source that has not returned a cookie.
struct FirstFlightTable: Sendable {
    static let entryCount = 256
    /// Longer hellos are refused. Those of browsers with a post-quantum share have about 1.4 kB.
    static let entryLength = 2048
    private static let wordsPerEntry = entryLength / 64

    private struct Entry: Sendable {
        var source: TransportAddress
        var messageSequence: UInt16
        var length: Int
        var received: Int
        var age: UInt64
    }

    private var entries: [Entry?]
    private var bytes: [UInt8]
    /// One bit for each byte of an entry.
    private var marks: [UInt64]
    private var clock: UInt64 = 0

    init() {
        entries = Array(repeating: nil, count: Self.entryCount)
        bytes = Array(repeating: 0, count: Self.entryCount * Self.entryLength)
        marks = Array(repeating: 0, count: Self.entryCount * Self.wordsPerEntry)
    }

    var occupiedCount: Int { entries.count { $0 != nil } }

    /// Adds a piece and returns the message when it is whole, which frees its entry.
    ///
    /// - Complexity: O(``entryCount``) to find the entry.
    mutating func add(_ fragment: borrowing HandshakeFragment, from source: TransportAddress) -> [UInt8]? {
        guard fragment.messageLength <= Self.entryLength, fragment.messageLength > 0 else { return nil }
        let index = claim(source: source, sequence: fragment.sequence, length: fragment.messageLength)
        let start = index * Self.entryLength
        for offset in fragment.range {
            let word = index * Self.wordsPerEntry + offset / 64
            let bit: UInt64 = 1 << UInt64(offset % 64)
            // What came first stays: a repetition changes nothing.
            guard marks[word] & bit == 0 else { continue }
            marks[word] |= bit
            bytes[start + offset] = fragment.payload.loadUInt8(at: offset - fragment.offset)
            entries[index]?.received += 1
        }
        guard let entry = entries[index], entry.received == entry.length else { return nil }
        entries[index] = nil
        return Array(bytes[start..<start + entry.length])
    }

    /// The entry of this message, or a fresh one in the place of a free or the oldest entry.
    private mutating func claim(source: TransportAddress, sequence: UInt16, length: Int) -> Int {
        clock += 1
        var oldest = 0
        var oldestAge = UInt64.max
        for index in entries.indices {
            guard let entry = entries[index] else {
                if oldestAge > 0 {
                    oldest = index
                    oldestAge = 0
                }
                continue
            }
            if entry.source == source {
                if entry.messageSequence == sequence, entry.length == length { return index }
                // A source has one hello at a time.
                oldest = index
                break
            }
            if entry.age < oldestAge {
                oldest = index
                oldestAge = entry.age
            }
        }
        entries[oldest] = Entry(
            source: source,
            messageSequence: sequence,
            length: length,
            received: 0,
            age: clock
        )
        for word in oldest * Self.wordsPerEntry..<(oldest + 1) * Self.wordsPerEntry { marks[word] = 0 }
        return oldest
    }
}
