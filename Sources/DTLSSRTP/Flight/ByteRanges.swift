/// A set of byte offsets as sorted ranges that neither touch nor overlap.
struct ByteRanges: Sendable {
    private(set) var ranges: [Range<Int>] = []

    /// Adds a range, joining it with those that it touches; refuses what would need more than `limit` ranges.
    ///
    /// - Complexity: O(n) in the number of ranges.
    mutating func insert(_ range: Range<Int>, limit: Int = .max) -> Bool {
        guard !range.isEmpty else { return true }
        var merged = range
        var result: [Range<Int>] = []
        var isPlaced = false
        for existing in ranges {
            if existing.upperBound < merged.lowerBound {
                result.append(existing)
            } else if existing.lowerBound > merged.upperBound {
                if !isPlaced {
                    result.append(merged)
                    isPlaced = true
                }
                result.append(existing)
            } else {
                merged = min(existing.lowerBound, merged.lowerBound)..<max(existing.upperBound, merged.upperBound)
            }
        }
        if !isPlaced { result.append(merged) }
        guard result.count <= limit else { return false }
        ranges = result
        return true
    }

    /// True when every offset below `end` is in the set.
    func covers(upTo end: Int) -> Bool {
        end == 0 || ranges == [0..<end]
    }

    func contains(_ range: Range<Int>) -> Bool {
        range.isEmpty || ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
    }

    /// The parts of `whole` that are not in the set.
    func gaps(in whole: Range<Int>) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var position = whole.lowerBound
        for range in ranges where range.upperBound > whole.lowerBound && range.lowerBound < whole.upperBound {
            if range.lowerBound > position { gaps.append(position..<range.lowerBound) }
            position = max(position, range.upperBound)
        }
        if position < whole.upperBound { gaps.append(position..<whole.upperBound) }
        return gaps
    }
}
