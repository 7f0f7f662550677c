/// A sequence number that does not wrap: the turns are counted above the low 16 bits, so it can be compared and sorted.
///
/// A number from before the first turn is negative. With a roll-over counter above it, it is the packet index of RFC 3711
/// section 3.3.1.
public struct ExtendedSequenceNumber: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var rawValue: Int64

    @inlinable
    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    @inlinable
    public init(rolloverCounter: UInt32, _ number: SequenceNumber) {
        self.rawValue = Int64(rolloverCounter) << 16 | Int64(number.rawValue)
    }

    /// The 16 bits that travel.
    @inlinable
    public var sequenceNumber: SequenceNumber { SequenceNumber(UInt16(truncatingIfNeeded: rawValue)) }

    /// How often the 16 bits have wrapped, modulo 2^32.
    @inlinable
    public var rolloverCounter: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }

    /// The number with the 16 bits of `number` that lies nearest to this one.
    @inlinable
    public func nearest(_ number: SequenceNumber) -> ExtendedSequenceNumber {
        ExtendedSequenceNumber(rawValue &+ Int64(sequenceNumber.distance(to: number)))
    }

    @inlinable
    public func advanced(by distance: Int) -> ExtendedSequenceNumber {
        ExtendedSequenceNumber(rawValue &+ Int64(distance))
    }

    @inlinable
    public static func < (left: ExtendedSequenceNumber, right: ExtendedSequenceNumber) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Counts the turns of a sequence number. Late numbers are placed before the newest one and do not move it.
public struct SequenceNumberUnwrapper: Sendable, BitwiseCopyable {
    /// The highest number seen.
    public private(set) var newest: ExtendedSequenceNumber?

    public init() {}

    /// Starts where another unwrapper stood.
    public init(newest: ExtendedSequenceNumber) {
        self.newest = newest
    }

    /// The extended number of `number`. The first one is taken as it is.
    public mutating func unwrap(_ number: SequenceNumber) -> ExtendedSequenceNumber {
        let extended = peek(number)
        if let newest, extended <= newest { return extended }
        newest = extended
        return extended
    }

    /// What ``unwrap(_:)`` would return.
    public func peek(_ number: SequenceNumber) -> ExtendedSequenceNumber {
        newest?.nearest(number) ?? ExtendedSequenceNumber(Int64(number.rawValue))
    }
}
