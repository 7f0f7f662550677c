import STUN
import Wire

/// The bytes of a message that `body` writes; it returns what `finish` returned.
func build(
    _ messageClass: MessageClass,
    _ method: Method,
    id: TransactionID = TransactionID(high: 1, low: 2),
    capacity: Int = 1500,
    _ body: (inout MessageWriter) throws(STUNError) -> Int
) throws(STUNError) -> [UInt8] {
    // Not zero, so that padding which is not written shows.
    var memory = [UInt8](repeating: 0xEE, count: capacity)
    let count: Int
    do {
        var span = memory.mutableSpan
        var writer = try MessageWriter(unsafe span.mutableBytes, messageClass, method, transactionID: id)
        count = try body(&writer)
    }
    return Array(memory.prefix(count))
}

/// What `body` finds in a message: a view itself cannot stand in an expectation.
func read<Value>(
    _ bytes: [UInt8],
    _ body: (borrowing MessageView) throws(STUNError) -> Value
) throws(STUNError) -> Value {
    let message = try MessageView(parsing: bytes.rawSpan)
    return try body(message)
}

/// What the parser has against `bytes`; nil when it takes them.
func parseError(_ bytes: [UInt8]) -> STUNError? {
    do throws(STUNError) {
        _ = try MessageView(parsing: bytes.rawSpan)
        return nil
    } catch { return error }
}

/// The first attribute of a type that holds text.
func text(_ type: AttributeType, of bytes: [UInt8]) throws(STUNError) -> String? {
    let message = try MessageView(parsing: bytes.rawSpan)
    guard let text = try message.text(type) else { return nil }
    return String(decoding: text.array(), as: UTF8.self)
}

/// The first attribute of a type, decoded.
func value<Value: Attribute>(_ type: Value.Type, of bytes: [UInt8]) throws(STUNError) -> Value? {
    let message = try MessageView(parsing: bytes.rawSpan)
    return try message.first(type)
}
