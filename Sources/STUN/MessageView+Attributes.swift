public import Wire

extension MessageView {
    /// The value of the first attribute of a type, without its padding. Later ones do not count (RFC 8489 section 14).
    ///
    /// What follows MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 is not found, except MESSAGE-INTEGRITY-SHA256 and
    /// FINGERPRINT.
    ///
    /// - Complexity: O(number of attributes).
    @inlinable
    @_lifetime(copy self)
    public func first(_ type: AttributeType) -> RawSpan? {
        switch type {
        case .messageIntegrity: return integrityOffset == 0 ? nil : value(at: integrityOffset)
        case .messageIntegritySHA256: return integritySHA256Offset == 0 ? nil : value(at: integritySHA256Offset)
        case .fingerprint: return fingerprintOffset == 0 ? nil : value(at: fingerprintOffset)
        default:
            var cursor = AttributeCursor()
            while let location = next(&cursor) {
                if location.type == type { return bytes.extracting(location.range) }
            }
            return nil
        }
    }

    /// True when the message has an attribute of a type, by the rules of ``first(_:)``.
    @inlinable
    public func contains(_ type: AttributeType) -> Bool {
        first(type) != nil
    }

    /// The first attribute of a type, decoded; nil when there is none.
    ///
    /// - Throws: ``STUNError/attributeLength(type:length:)`` or ``STUNError/attributeValue(type:value:)``.
    @inlinable
    public func first<Value: Attribute>(_: Value.Type) throws(STUNError) -> Value? {
        guard let value = first(Value.type) else { return nil }
        return try Value(decoding: value, transactionID: transactionID)
    }

    /// The first attribute of a type that holds text (USERNAME, REALM, NONCE, SOFTWARE, ALTERNATE-DOMAIN), as UTF-8 that
    /// nobody has validated yet.
    ///
    /// - Throws: ``STUNError/attributeLength(type:length:)`` above ``maximumTextLength``.
    @inlinable
    @_lifetime(copy self)
    public func text(_ type: AttributeType) throws(STUNError) -> RawSpan? {
        guard let value = first(type) else { return nil }
        guard value.byteCount <= Self.maximumTextLength else {
            throw .attributeLength(type: type, length: value.byteCount)
        }
        return value
    }

    /// The longest text that is accepted, in bytes: 509 and 128 characters are the limits for what is sent, 763 bytes for
    /// what is received (RFC 8489 sections 14.3, 14.9, 14.10, 14.14).
    public static var maximumTextLength: Int { 763 }

    /// The next attribute that counts, in the order of the message: for types that may occur several times. Integrity and
    /// fingerprint are not among them.
    @inlinable
    public func next(_ cursor: inout AttributeCursor) -> AttributeLocation? {
        let offset = cursor.offset
        guard offset < attributesEnd else { return nil }
        let length = Int(bytes.loadUInt16(at: offset + 2))
        cursor.offset = offset + 4 + (length + 3) & ~3
        return AttributeLocation(
            type: AttributeType(rawValue: bytes.loadUInt16(at: offset)),
            range: offset + 4..<offset + 4 + length
        )
    }

    /// The value that ``next(_:)`` has found.
    @inlinable
    @_lifetime(copy self)
    public func value(of location: AttributeLocation) -> RawSpan {
        bytes.extracting(location.range)
    }

    /// The value that ``next(_:)`` has found, decoded.
    @inlinable
    public func decode<Value: Attribute>(
        _ location: AttributeLocation,
        as _: Value.Type
    ) throws(STUNError) -> Value {
        try Value(decoding: bytes.extracting(location.range), transactionID: transactionID)
    }

    /// The value of the attribute whose header is at `offset`.
    @inlinable
    @_lifetime(copy self)
    func value(at offset: Int) -> RawSpan {
        bytes.extracting(offset + 4..<offset + 4 + Int(bytes.loadUInt16(at: offset + 2)))
    }

    /// The comprehension-required attributes that `known` does not name (RFC 8489 section 6.3.1).
    ///
    /// Judge it after authentication. What follows the integrity attributes is ignored here too.
    @inlinable
    public func unknownAttributes(known: AttributeTypeSet) -> UnknownAttributes {
        var unknown = UnknownAttributes()
        var cursor = AttributeCursor()
        while let location = next(&cursor) {
            if location.type.isComprehensionRequired, !known.contains(location.type) { unknown.append(location.type) }
        }
        return unknown
    }
}

/// How far an iteration over attributes has come; see ``MessageView/next(_:)``.
public struct AttributeCursor: Sendable, BitwiseCopyable {
    @usableFromInline
    var offset = STUNHeader.byteCount

    @inlinable
    public init() {}
}

/// Where an attribute lies in its message.
public struct AttributeLocation: Hashable, Sendable {
    public let type: AttributeType
    /// The value without padding, in bytes from the start of the message.
    public let range: Range<Int>

    @inlinable
    init(type: AttributeType, range: Range<Int>) {
        self.type = type
        self.range = range
    }
}
