// Building messages of unknown size on control paths, where an allocation does not matter.

extension [UInt8] {
    public mutating func append(bigEndian value: UInt16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends the low 24 bits of `value`.
    public mutating func append(bigEndian24 value: UInt32) {
        append(UInt8(truncatingIfNeeded: value >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: value))
    }

    public mutating func append(bigEndian value: UInt32) {
        append(bigEndian: UInt16(truncatingIfNeeded: value >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: value))
    }

    public mutating func append(bigEndian value: UInt64) {
        append(bigEndian: UInt32(truncatingIfNeeded: value >> 32))
        append(bigEndian: UInt32(truncatingIfNeeded: value))
    }

    public mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }

    /// The bytes as a span, for parsers.
    public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        // `bytes` is called unsafe because elements may have padding, which bytes have not.
        get { unsafe span.bytes }
    }
}
