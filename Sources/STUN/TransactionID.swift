public import Wire

/// Twelve bytes that tie a response to its request (RFC 8489 section 5): unpredictable, so that nobody off the path can
/// answer.
public struct TransactionID: Hashable, Sendable, BitwiseCopyable {
    /// The first four bytes.
    public let high: UInt32
    /// The last eight bytes.
    public let low: UInt64

    @inlinable
    public init(high: UInt32, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A fresh identifier. The generator must be cryptographically strong.
    @inlinable
    public static func random(using generator: inout some RandomNumberGenerator) -> TransactionID {
        TransactionID(high: UInt32(truncatingIfNeeded: generator.next()), low: generator.next())
    }

    /// Reads twelve bytes; traps when they are not there.
    @inlinable
    init(_ bytes: RawSpan, at offset: Int) {
        self.init(high: bytes.loadUInt32(at: offset), low: bytes.loadUInt64(at: offset + 4))
    }
}
