import Wire

/// The 1.2 client's ECDHE share (RFC 8422 section 5.7).
struct ClientKeyExchange: Sendable {
    var share: [UInt8]

    init(share: [UInt8]) {
        self.share = share
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        do throws(WireError) {
            share = try reader.readBytes(Int(try reader.readUInt8())).array()
            guard reader.isAtEnd else { throw WireError.truncated(needed: 0, available: 0) }
        } catch {
            throw .malformedMessage(type: HandshakeType.clientKeyExchange.rawValue)
        }
    }

    func encoded() -> [UInt8] {
        [UInt8(truncatingIfNeeded: share.count)] + share
    }
}
