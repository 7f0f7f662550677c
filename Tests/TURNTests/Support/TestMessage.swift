import STUN
import Wire

/// Builds messages as a client does.
enum TestMessage {
    /// What protects a request.
    struct Protection {
        var algorithms: [IntegrityAlgorithm] = [.sha1]
        var key: IntegrityKey
    }

    static func make(
        _ messageClass: MessageClass,
        _ method: STUN.Method,
        _ transactionID: TransactionID,
        _ attributes: [TestAttribute],
        _ protection: Protection? = nil,
        fingerprint: Bool = false
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var count = 0
        do {
            var span = bytes.mutableSpan
            do throws(STUNError) {
                var writer = try unsafe MessageWriter(
                    span.mutableBytes,
                    messageClass,
                    method,
                    transactionID: transactionID
                )
                for attribute in attributes {
                    try writer.write(attribute.type, attribute.value(transactionID).rawSpan)
                }
                if let protection {
                    for algorithm in protection.algorithms { try writer.writeIntegrity(algorithm, key: protection.key) }
                }
                count = try writer.finish(fingerprint: fingerprint)
            } catch { preconditionFailure("the message fits") }
        }
        return Array(bytes[..<count])
    }

    static func channelData(_ channel: UInt16, _ payload: [UInt8], padding: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: channel)
        bytes.append(bigEndian: UInt16(payload.count))
        return bytes + payload + [UInt8](repeating: 0, count: padding)
    }
}

/// A response or indication of the server, copied out.
struct Reply: Equatable {
    var bytes: [UInt8]
    var type: MessageType
    var transactionID: TransactionID
    var attributes: [AttributeType: [UInt8]] = [:]
    var order: [AttributeType] = []

    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        do throws(STUNError) {
            let view = try MessageView(parsing: bytes.rawSpan)
            type = view.type
            transactionID = view.transactionID
            var cursor = AttributeCursor()
            while let location = view.next(&cursor) {
                order.append(location.type)
                if attributes[location.type] == nil { attributes[location.type] = Array(bytes[location.range]) }
            }
            for type in [AttributeType.messageIntegrity, .messageIntegritySHA256, .fingerprint] {
                if let value = view.first(type) {
                    order.append(type)
                    attributes[type] = value.array()
                }
            }
        } catch { return nil }
    }

    var isSuccess: Bool { type.messageClass == .successResponse }

    /// The code of an error response.
    var error: Int? { decode(ErrorCode.self).map { Int($0.code) } }

    func decode<Value: Attribute>(_: Value.Type) -> Value? {
        guard let value = attributes[Value.type] else { return nil }
        return try? Value(decoding: value.rawSpan, transactionID: transactionID)
    }

    var relayed: TransportAddress? { decode(XorRelayedAddress.self)?.address }
    var lifetime: UInt32? { decode(Lifetime.self)?.seconds }
    var nonce: [UInt8]? { attributes[.nonce] }

    func isAuthentic(_ algorithm: IntegrityAlgorithm, _ key: IntegrityKey) -> Bool {
        do throws(STUNError) {
            return try MessageView(parsing: bytes.rawSpan).isAuthentic(algorithm, key: key)
        } catch { return false }
    }
}
