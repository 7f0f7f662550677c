/// Reads big-endian fields one after the other and throws where the bytes end. It copies nothing.
public struct ByteReader: ~Escapable {
    @usableFromInline
    let bytes: RawSpan
    @usableFromInline
    var position: Int

    @inlinable
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
        self.position = 0
    }

    /// The offset of the next unread byte from the start of the bytes.
    @inlinable
    public var offset: Int { position }

    /// The number of unread bytes.
    @inlinable
    public var remaining: Int { bytes.byteCount - position }

    @inlinable
    public var isAtEnd: Bool { position == bytes.byteCount }

    @inlinable
    mutating func advance(_ count: Int) throws(WireError) -> Int {
        guard count >= 0, count <= remaining else { throw .truncated(needed: count, available: remaining) }
        defer { position += count }
        return position
    }

    @inlinable
    public mutating func skip(_ count: Int) throws(WireError) {
        _ = try advance(count)
    }

    @inlinable
    public mutating func readUInt8() throws(WireError) -> UInt8 {
        bytes.loadUInt8(at: try advance(1))
    }

    @inlinable
    public mutating func readUInt16() throws(WireError) -> UInt16 {
        bytes.loadUInt16(at: try advance(2))
    }

    @inlinable
    public mutating func readUInt24() throws(WireError) -> UInt32 {
        bytes.loadUInt24(at: try advance(3))
    }

    @inlinable
    public mutating func readUInt32() throws(WireError) -> UInt32 {
        bytes.loadUInt32(at: try advance(4))
    }

    @inlinable
    public mutating func readUInt48() throws(WireError) -> UInt64 {
        bytes.loadUInt48(at: try advance(6))
    }

    @inlinable
    public mutating func readUInt64() throws(WireError) -> UInt64 {
        bytes.loadUInt64(at: try advance(8))
    }

    /// The next `count` bytes where they lie.
    @inlinable
    @_lifetime(copy self)
    public mutating func readBytes(_ count: Int) throws(WireError) -> RawSpan {
        let start = try advance(count)
        return bytes.extracting(start..<start + count)
    }

    /// All unread bytes where they lie.
    @inlinable
    @_lifetime(copy self)
    public mutating func readRest() -> RawSpan {
        defer { position = bytes.byteCount }
        return bytes.extracting(position..<bytes.byteCount)
    }
}
