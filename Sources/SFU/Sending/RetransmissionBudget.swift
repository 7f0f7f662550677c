import Wire

/// How many bytes may be sent again: a part of what is sent the first time.
struct RetransmissionBudget: Sendable, BitwiseCopyable {
    /// 15 %: a path that loses more does not get better by sending more.
    private static let percentage: Int64 = 15
    /// A key frame's worth, so that a stream that has just begun can repair it.
    private static let burst: Int64 = 64 << 10

    private var bytes = burst

    mutating func sent(_ byteCount: Int) {
        bytes = min(Self.burst, bytes + Int64(byteCount) * Self.percentage / 100)
    }

    /// - Returns: True if `byteCount` bytes may be sent again, which they then are.
    mutating func take(_ byteCount: Int) -> Bool {
        guard bytes >= Int64(byteCount) else { return false }
        bytes -= Int64(byteCount)
        return true
    }
}
