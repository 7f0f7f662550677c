// The standard library reads no big-endian integers. These lines and their counterparts for writing are the only place that
// does; a range outside the span traps, so whoever calls has checked the length, or uses ``ByteReader``.

extension RawSpan {
    @inlinable
    @inline(always)
    public func loadUInt8(at offset: Int) -> UInt8 {
        // The load checks its range; "unsafe" is about types whose bits may be invalid, which integers have none of.
        unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt8.self)
    }

    @inlinable
    @inline(always)
    public func loadUInt16(at offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    @inlinable
    @inline(always)
    public func loadUInt24(at offset: Int) -> UInt32 {
        UInt32(loadUInt8(at: offset)) << 16 | UInt32(loadUInt16(at: offset + 1))
    }

    @inlinable
    @inline(always)
    public func loadUInt32(at offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    @inlinable
    @inline(always)
    public func loadUInt48(at offset: Int) -> UInt64 {
        UInt64(loadUInt16(at: offset)) << 32 | UInt64(loadUInt32(at: offset + 2))
    }

    @inlinable
    @inline(always)
    public func loadUInt64(at offset: Int) -> UInt64 {
        unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// A copy of the bytes, for control paths: it allocates.
    public func array() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe Array($0) }
    }

    /// True when both have the same length and bytes. Not for secrets: see ``isEqualInConstantTime(to:)``.
    public func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for offset in byteOffsets where loadUInt8(at: offset) != other.loadUInt8(at: offset) { return false }
        return true
    }

    /// Compares without telling through time where the first difference is. The lengths are not secret.
    @inline(never)
    public func isEqualInConstantTime(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        var difference: UInt8 = 0
        for offset in byteOffsets { difference |= loadUInt8(at: offset) ^ other.loadUInt8(at: offset) }
        return difference == 0
    }
}

extension MutableRawSpan {
    @inlinable
    @inline(always)
    public mutating func store(_ value: UInt8, at offset: Int) {
        storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    @inlinable
    @inline(always)
    public mutating func store(_ value: UInt16, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// The low 24 bits of `value`.
    @inlinable
    @inline(always)
    public mutating func store24(_ value: UInt32, at offset: Int) {
        store(UInt8(truncatingIfNeeded: value >> 16), at: offset)
        store(UInt16(truncatingIfNeeded: value), at: offset + 1)
    }

    @inlinable
    @inline(always)
    public mutating func store(_ value: UInt32, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    @inlinable
    @inline(always)
    public mutating func store(_ value: UInt64, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// Copies all bytes of `source` to `offset`; traps when they do not fit.
    @inlinable
    @inline(always)
    public mutating func copy(_ source: RawSpan, to offset: Int) {
        precondition(offset >= 0 && source.byteCount <= byteCount - offset, "a copy must fit its destination")
        unsafe withUnsafeMutableBytes { destination in
            unsafe source.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress, let target = destination.baseAddress else { return }
                unsafe (target + offset).copyMemory(from: start, byteCount: bytes.count)
            }
        }
    }

    /// Sets every byte of `range` to zero.
    @inlinable
    public mutating func zero(_ range: Range<Int>) {
        for offset in range { store(UInt8(0), at: offset) }
    }
}
