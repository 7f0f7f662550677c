/// Counts latencies in buckets that are at most 1/16 wide: percentiles within about 6 % from a nanosecond to a minute, in a
/// fixed 10 kB.
struct LatencyHistogram: Sendable {
    private static let stepsPerDoubling = 16
    private var counts = [UInt64](repeating: 0, count: 40 * stepsPerDoubling)
    private(set) var total: UInt64 = 0
    private(set) var maximumNanoseconds: UInt64 = 0

    mutating func record(nanoseconds: UInt64) {
        counts[min(Self.bucket(nanoseconds), counts.count - 1)] += 1
        total += 1
        maximumNanoseconds = max(maximumNanoseconds, nanoseconds)
    }

    /// The upper end of the bucket below which `share` (0 to 1) of all latencies lie; nil when there are none.
    func nanoseconds(atPercentile share: Double) -> UInt64? {
        guard total > 0 else { return nil }
        let goal = max(1, UInt64((Double(total) * share).rounded(.up)))
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= goal { return min(Self.upperEnd(index), maximumNanoseconds) }
        }
        return maximumNanoseconds
    }

    private static func bucket(_ value: UInt64) -> Int {
        guard value >= UInt64(stepsPerDoubling) else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let step = Int(truncatingIfNeeded: value >> UInt64(exponent - 4)) & (stepsPerDoubling - 1)
        return (exponent - 3) * stepsPerDoubling + step
    }

    private static func upperEnd(_ bucket: Int) -> UInt64 {
        guard bucket >= stepsPerDoubling else { return UInt64(bucket) }
        let exponent = bucket / stepsPerDoubling + 3
        let step = UInt64(bucket % stepsPerDoubling)
        return (UInt64(stepsPerDoubling) + step + 1) << UInt64(exponent - 4)
    }
}
