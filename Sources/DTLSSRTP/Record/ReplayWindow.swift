/// Tells records that were seen from new ones (RFC 6347 section 4.1.2.6).
///
/// Only a record that authenticated may move the window, so ask first and mark afterwards.
struct ReplayWindow: Sendable {
    /// How far behind the newest record one may arrive.
    static let width: UInt64 = 64

    /// The number after the newest one seen.
    private(set) var next: UInt64 = 0
    /// Bit n stands for the record `next - 1 - n`.
    private var seen: UInt64 = 0

    func isFresh(_ sequence: UInt64) -> Bool {
        guard sequence < next else { return true }
        let age = next - 1 - sequence
        return age < Self.width && seen & (1 << age) == 0
    }

    mutating func mark(_ sequence: UInt64) {
        if sequence >= next {
            let shift = sequence - next + 1
            seen = shift < Self.width ? seen << shift | 1 : 1
            next = sequence &+ 1
        } else if next - 1 - sequence < Self.width {
            seen |= 1 << (next - 1 - sequence)
        }
    }
}
