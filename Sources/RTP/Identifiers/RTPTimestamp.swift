/// An RTP timestamp: 32 bits that wrap, in ticks of the clock rate of the payload type (RFC 3550 section 5.1).
///
/// Like ``SequenceNumber`` it has no order.
public struct RTPTimestamp: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt32

    @inlinable
    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// True when the way from `other` up to this timestamp is shorter than the way down.
    @inlinable
    public func isNewer(than other: RTPTimestamp) -> Bool {
        let forward = rawValue &- other.rawValue
        return forward != 0 && forward < 0x8000_0000
    }

    /// How many ticks `other` is ahead, by the shorter way: -2^31 ... 2^31 - 1.
    @inlinable
    public func distance(to other: RTPTimestamp) -> Int {
        Int(Int32(bitPattern: other.rawValue &- rawValue))
    }

    @inlinable
    public func advanced(by ticks: Int) -> RTPTimestamp {
        RTPTimestamp(rawValue &+ UInt32(truncatingIfNeeded: ticks))
    }
}

extension RTPTimestamp: CustomStringConvertible {
    public var description: String { String(rawValue) }
}
