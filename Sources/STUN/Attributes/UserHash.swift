public import Wire

/// USERHASH: SHA-256 of user name and realm, in place of USERNAME (RFC 8489 section 14.4).
public struct UserHash: Attribute, Hashable, BitwiseCopyable {
    public static var type: AttributeType { .userHash }

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Reads 32 bytes; traps when they are not there.
    init(_ bytes: RawSpan, at offset: Int) {
        self.words = (
            bytes.loadUInt64(at: offset), bytes.loadUInt64(at: offset + 8),
            bytes.loadUInt64(at: offset + 16), bytes.loadUInt64(at: offset + 24)
        )
    }

    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        try Self.requireLength(32, of: value)
        self.init(value, at: 0)
    }

    public var byteCount: Int { 32 }

    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        try writer.write(words.0)
        try writer.write(words.1)
        try writer.write(words.2)
        try writer.write(words.3)
    }

    public static func == (left: UserHash, right: UserHash) -> Bool {
        left.words == right.words
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
