/// Writes big-endian fields one after the other into memory that its caller owns, and throws where that ends.
public struct ByteWriter: ~Copyable, ~Escapable {
    @usableFromInline
    var bytes: MutableRawSpan
    @usableFromInline
    var position: Int

    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: consuming MutableRawSpan) {
        self.bytes = bytes
        self.position = 0
    }

    /// The number of bytes written so far.
    @inlinable
    public var count: Int { position }

    @inlinable
    public var capacity: Int { bytes.byteCount }

    @inlinable
    @_lifetime(self: copy self)
    mutating func advance(_ needed: Int) throws(WireError) -> Int {
        let available = bytes.byteCount - position
        guard needed <= available else { throw .noCapacity(needed: needed, available: available) }
        defer { position += needed }
        return position
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func write(_ value: UInt8) throws(WireError) {
        bytes.store(value, at: try advance(1))
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func write(_ value: UInt16) throws(WireError) {
        bytes.store(value, at: try advance(2))
    }

    /// The low 24 bits of `value`.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func write24(_ value: UInt32) throws(WireError) {
        bytes.store24(value, at: try advance(3))
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func write(_ value: UInt32) throws(WireError) {
        bytes.store(value, at: try advance(4))
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func write(_ value: UInt64) throws(WireError) {
        bytes.store(value, at: try advance(8))
    }

    @inlinable
    @_lifetime(self: copy self)
    public mutating func write(_ value: RawSpan) throws(WireError) {
        bytes.copy(value, to: try advance(value.byteCount))
    }

    /// Writes `count` zero bytes: padding never carries what the memory held before.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func writeZeros(_ count: Int) throws(WireError) {
        let start = try advance(count)
        bytes.zero(start..<start + count)
    }

    /// Overwrites a field that was written before its value was known.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func patch(_ value: UInt16, at offset: Int) {
        precondition(offset >= 0 && offset + 2 <= count, "only written bytes are patched")
        bytes.store(value, at: offset)
    }

    /// What was written so far, for checksums over it.
    @inlinable
    public var written: RawSpan {
        @_lifetime(borrow self)
        get { bytes.bytes.extracting(0..<count) }
    }
}
