import Wire

/// The 1.2 server's ECDHE share with its signature (RFC 8422 section 5.4).
struct ServerKeyExchange: Sendable {
    var group: UInt16
    var share: [UInt8]
    var scheme: UInt16
    var signature: [UInt8]

    init(group: NamedGroup, share: [UInt8], scheme: SignatureScheme, signature: [UInt8]) {
        self.group = group.rawValue
        self.share = share
        self.scheme = scheme.rawValue
        self.signature = signature
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        do throws(WireError) {
            let curveType = try reader.readUInt8()
            group = try reader.readUInt16()
            share = try reader.readBytes(Int(try reader.readUInt8())).array()
            scheme = try reader.readUInt16()
            signature = try reader.readBytes(Int(try reader.readUInt16())).array()
            guard curveType == 3, reader.isAtEnd else { throw WireError.truncated(needed: 0, available: 0) }
        } catch {
            throw .malformedMessage(type: HandshakeType.serverKeyExchange.rawValue)
        }
    }

    /// The part that is signed after both randoms: named_curve, the curve and the point.
    static func parameters(group: UInt16, share: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [3]
        bytes.append(bigEndian: group)
        bytes.append(UInt8(truncatingIfNeeded: share.count))
        return bytes + share
    }

    func encoded() -> [UInt8] {
        var bytes = Self.parameters(group: group, share: share)
        bytes.append(bigEndian: scheme)
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: signature.count))
        return bytes + signature
    }
}
