public import Wire

/// A value of an attribute that is more than bytes or text. Values are small and copied.
///
/// Bytes and text (USERNAME, REALM, NONCE, SOFTWARE, DATA) stay where they lie: see ``MessageView/first(_:)`` and
/// ``MessageView/text(_:)``.
public protocol Attribute: Sendable {
    static var type: AttributeType { get }

    /// Reads the value, without its padding.
    ///
    /// - Parameter transactionID: of the message, which some values are XORed with.
    /// - Throws: ``STUNError/attributeLength(type:length:)`` or ``STUNError/attributeValue(type:value:)``.
    init(decoding value: RawSpan, transactionID: TransactionID) throws(STUNError)

    /// The length of the value in bytes, without padding.
    var byteCount: Int { get }

    /// Writes exactly ``byteCount`` bytes.
    func encode(to writer: inout ByteWriter, transactionID: TransactionID) throws(WireError)
}

extension Attribute {
    /// Throws when the value has not exactly `count` bytes.
    @inlinable
    static func requireLength(_ count: Int, of value: RawSpan) throws(STUNError) {
        guard value.byteCount == count else { throw .attributeLength(type: type, length: value.byteCount) }
    }
}
