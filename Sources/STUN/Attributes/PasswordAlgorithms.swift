public import Wire

/// PASSWORD-ALGORITHMS: what a server offers, in its order of preference, and what a client repeats (RFC 8489 section
/// 14.11).
public struct PasswordAlgorithms: Attribute, Hashable {
    public static var type: AttributeType { .passwordAlgorithms }

    /// The longest list that is read; two algorithms are defined.
    public static var capacity: Int { 4 }

    /// Sixteen bits each, the first one in the lowest.
    @usableFromInline
    var packed: UInt64 = 0
    public private(set) var count = 0

    public init() {}

    /// What this implementation can do, the stronger first.
    public static let supported: PasswordAlgorithms = {
        var algorithms = PasswordAlgorithms()
        algorithms.append(.sha256)
        algorithms.append(.md5)
        return algorithms
    }()

    /// The algorithm at `index`, which is less than ``count``.
    @inlinable
    public subscript(index: Int) -> PasswordAlgorithm {
        precondition(index >= 0 && index < count, "only listed algorithms are read")
        return PasswordAlgorithm(rawValue: UInt16(truncatingIfNeeded: packed >> UInt64(index * 16)))
    }

    @inlinable
    public func contains(_ algorithm: PasswordAlgorithm) -> Bool {
        for index in 0..<count where self[index] == algorithm { return true }
        return false
    }

    /// The first one that this implementation can do.
    @inlinable
    public var preferred: PasswordAlgorithm? {
        for index in 0..<count where self[index].isSupported { return self[index] }
        return nil
    }

    /// Adds an algorithm; a list has at most ``capacity``.
    public mutating func append(_ algorithm: PasswordAlgorithm) {
        precondition(count < Self.capacity, "a list of password algorithms has at most four")
        packed |= UInt64(algorithm.rawValue) << UInt64(count * 16)
        count += 1
    }

    /// - Throws: ``STUNError/attributeLength(type:length:)`` also for an empty list and for more than ``capacity``.
    public init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError) {
        self.init()
        var offset = 0
        repeat {
            guard count < Self.capacity else { throw .attributeLength(type: Self.type, length: value.byteCount) }
            append(try PasswordAlgorithm.decode(value, at: &offset, of: Self.type))
        } while offset < value.byteCount
    }

    @inlinable
    public var byteCount: Int { count * 4 }

    @inlinable
    public func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError) {
        for index in 0..<count { try writer.write(UInt32(self[index].rawValue) << 16) }
    }
}
