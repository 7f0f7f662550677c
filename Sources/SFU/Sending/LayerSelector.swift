/// Which encoding of a publication a subscription should get.
///
/// The best one that is alive, up to a maximum. What else may count, a budget of bits for example, comes in here; who asks only
/// learns the target, and goes there with the next key frame.
struct LayerSelector: Sendable, BitwiseCopyable {
    /// An index; encodings above are not forwarded.
    var maximumEncoding: Int

    /// - Parameters:
    ///   - alive: A bit for each encoding that has packets.
    ///   - current: The one that is forwarded now, if there is one.
    /// - Returns: The target, or nil when nothing is alive and nothing is forwarded.
    func target(alive: UInt32, current: Int?) -> Int? {
        let allowed = alive & (UInt32(2) << UInt32(max(0, min(maximumEncoding, 30))) &- 1)
        if allowed != 0 { return 31 - allowed.leadingZeroBitCount }
        // Better above the maximum than nothing, and better what was there than nothing.
        if alive != 0 { return alive.trailingZeroBitCount }
        return current
    }
}
