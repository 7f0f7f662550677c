import STUN
import Wire

/// The bytes of a message that `body` writes; it returns what `finish` returned.
func build(
    _ messageClass: MessageClass,
    _ method: STUN.Method,
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
