/// Counts the turns of the reference time of transport-wide feedback: 24 bits of 64 ms wrap every twelve days.
public struct ReferenceTimeUnwrapper: Sendable, BitwiseCopyable {
    private var newest: Int64?

    public init() {}

    /// The reference time of a message in ticks of 250 us, on an axis without wraps.
    public mutating func unwrap(_ referenceTime: Int32) -> Int64 {
        guard let previous = newest else {
            newest = Int64(referenceTime)
            return Int64(referenceTime) * TransportFeedback.ticksPerReference
        }
        // The difference of the 24 bits, with its sign.
        let difference = Int32(truncatingIfNeeded: (Int64(referenceTime) &- previous) << 8) >> 8
        let unwrapped = previous &+ Int64(difference)
        newest = max(previous, unwrapped)
        return unwrapped &* TransportFeedback.ticksPerReference
    }
}
