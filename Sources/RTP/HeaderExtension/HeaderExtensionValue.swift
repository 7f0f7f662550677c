import Wire

/// What a header extension element carries.
public protocol HeaderExtensionValue: Sendable, Hashable {
    /// The name that the session description maps to an id.
    static var uri: String { get }

    /// Reads the value that fills `bytes`.
    init(parsing bytes: RawSpan) throws(RTPError)

    /// 0 ... 255; at least 1 and at most 16 where the one-byte form should carry it.
    var encodedLength: Int { get }

    /// Writes ``encodedLength`` bytes, which must be there.
    func store(in bytes: inout MutableRawSpan, at offset: Int)
}

extension RawSpan {
    /// Throws unless there are at least `count` bytes.
    @inlinable
    @inline(always)
    func require(_ count: Int) throws(RTPError) {
        guard byteCount >= count else { throw .truncated(needed: count, available: byteCount) }
    }
}
