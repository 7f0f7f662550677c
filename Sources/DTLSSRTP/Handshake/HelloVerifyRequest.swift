import Wire

/// The 1.2 request to return a cookie (RFC 6347 section 4.2.1).
struct HelloVerifyRequest: Sendable {
    var cookie: [UInt8]

    init(cookie: [UInt8]) {
        self.cookie = cookie
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        do throws(WireError) {
            _ = try reader.readUInt16()
            cookie = try reader.readBytes(Int(try reader.readUInt8())).array()
        } catch {
            throw .malformedMessage(type: HandshakeType.helloVerifyRequest.rawValue)
        }
        guard reader.isAtEnd else { throw .malformedMessage(type: HandshakeType.helloVerifyRequest.rawValue) }
    }

    func encoded() -> [UInt8] {
        // The version here says nothing about the one that will be chosen: RFC 6347 wants that of 1.0.
        [0xFE, 0xFF, UInt8(truncatingIfNeeded: cookie.count)] + cookie
    }
}
