public import Wire

/// UNKNOWN-ATTRIBUTES: the comprehension-required attributes that made a server answer 420 (RFC 8489 section 14.13).
public struct UnknownAttributes: Attribute {
    public static var type: AttributeType { .unknownAttributes }

    /// The longest list that is kept: a request with more unknown attributes is told of the first ones.
    public static var capacity: Int { 16 }

    @usableFromInline
    var storage = InlineArray<16, UInt16>(repeating: 0)
    public private(set) var count = 0

    public init() {}

    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// The type at `index`, which is less than ``count``.
    @inlinable
    public subscript(index: Int) -> AttributeType {
        precondition(index >= 0 && index < count, "only listed attributes are read")
        return AttributeType(rawValue: storage[index])
    }

    @inlinable
    public func contains(_ type: AttributeType) -> Bool {
        for index in 0..<count where storage[index] == type.rawValue { return true }
        return false
    }

    /// Adds a type that is not listed yet, while there is room.
    public mutating func append(_ type: AttributeType) {
        guard count < Self.capacity, !contains(type) else { return }
        storage[count] = type.rawValue
        count += 1
    }

    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        guard value.byteCount & 1 == 0 else { throw .attributeLength(type: Self.type, length: value.byteCount) }
        self.init()
        var offset = 0
        while offset < value.byteCount, count < Self.capacity {
            append(AttributeType(rawValue: value.loadUInt16(at: offset)))
            offset += 2
        }
    }

    @inlinable
    public var byteCount: Int { count * 2 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        for index in 0..<count { try writer.write(storage[index]) }
    }
}
