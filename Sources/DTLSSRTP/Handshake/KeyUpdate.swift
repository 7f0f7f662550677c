/// The announcement of new keys for one direction (RFC 8446 section 4.6.3).
struct KeyUpdate: Sendable {
    /// True when the peer is to renew its keys too.
    var isRequest: Bool

    init(isRequest: Bool) {
        self.isRequest = isRequest
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        guard body.count == 1, body[0] <= 1 else {
            throw .malformedMessage(type: HandshakeType.keyUpdate.rawValue)
        }
        isRequest = body[0] == 1
    }

    func encoded() -> [UInt8] { [isRequest ? 1 : 0] }
}
