/// An RTP sequence number: 16 bits that wrap (RFC 3550 section 5.1).
///
/// Wrapping numbers have no order: three of them can each be newer than the next. Compare two with ``isNewer(than:)``; to
/// sort or to count, extend them with ``SequenceNumberUnwrapper`` at the edge.
public struct SequenceNumber: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt16

    @inlinable
    public init(_ rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// True when the way from `other` up to this number is shorter than the way down. Half a turn counts as not newer
    /// both ways.
    @inlinable
    public func isNewer(than other: SequenceNumber) -> Bool {
        let forward = rawValue &- other.rawValue
        return forward != 0 && forward < 0x8000
    }

    /// How far `other` is ahead, by the shorter way: -32768 ... 32767.
    @inlinable
    public func distance(to other: SequenceNumber) -> Int {
        Int(Int16(bitPattern: other.rawValue &- rawValue))
    }

    @inlinable
    public func advanced(by distance: Int) -> SequenceNumber {
        SequenceNumber(rawValue &+ UInt16(truncatingIfNeeded: distance))
    }
}

extension SequenceNumber: CustomStringConvertible {
    public var description: String { String(rawValue) }
}
