/// An RTP timestamp that does not wrap: the turns are counted above the low 32 bits.
public struct ExtendedRTPTimestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var rawValue: Int64

    @inlinable
    public init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The 32 bits that travel.
    @inlinable
    public var timestamp: RTPTimestamp { RTPTimestamp(UInt32(truncatingIfNeeded: rawValue)) }

    /// The timestamp with the 32 bits of `timestamp` that lies nearest to this one.
    @inlinable
    public func nearest(_ timestamp: RTPTimestamp) -> ExtendedRTPTimestamp {
        ExtendedRTPTimestamp(rawValue &+ Int64(self.timestamp.distance(to: timestamp)))
    }

    @inlinable
    public static func < (left: ExtendedRTPTimestamp, right: ExtendedRTPTimestamp) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Counts the turns of a timestamp. Older timestamps are placed before the newest one and do not move it.
public struct RTPTimestampUnwrapper: Sendable, BitwiseCopyable {
    /// The highest timestamp seen.
    public private(set) var newest: ExtendedRTPTimestamp?

    public init() {}

    /// The extended timestamp of `timestamp`. The first one is taken as it is.
    public mutating func unwrap(_ timestamp: RTPTimestamp) -> ExtendedRTPTimestamp {
        let extended = peek(timestamp)
        if let newest, extended <= newest { return extended }
        newest = extended
        return extended
    }

    /// What ``unwrap(_:)`` would return.
    public func peek(_ timestamp: RTPTimestamp) -> ExtendedRTPTimestamp {
        newest?.nearest(timestamp) ?? ExtendedRTPTimestamp(Int64(timestamp.rawValue))
    }
}
