import Wire

/// A Certificate message. In 1.3 it has a request context, and extensions with each certificate (RFC 8446 section 4.4.2);
/// in 1.2 it is a list (RFC 5246 section 7.4.2).
struct CertificateMessage: Sendable {
    /// How many certificates are read: more than any chain needs.
    static let maximumChainLength = 16

    var requestContext: [UInt8] = []
    /// DER, the end entity first.
    var chain: [[UInt8]]

    init(chain: [[UInt8]]) {
        self.chain = chain
    }

    init(decoding body: [UInt8], version: ProtocolVersion) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        chain = []
        do throws(WireError) {
            if version == .dtls13 {
                requestContext = try reader.readBytes(Int(try reader.readUInt8())).array()
            }
            var list = ByteReader(try reader.readBytes(Int(try reader.readUInt24())))
            while !list.isAtEnd, chain.count < Self.maximumChainLength {
                chain.append(try list.readBytes(Int(try list.readUInt24())).array())
                if version == .dtls13 { try list.skip(Int(try list.readUInt16())) }
            }
            guard list.isAtEnd, reader.isAtEnd else { throw WireError.truncated(needed: 0, available: 0) }
        } catch {
            throw .malformedMessage(type: HandshakeType.certificate.rawValue)
        }
    }

    func encoded(version: ProtocolVersion) -> [UInt8] {
        var list: [UInt8] = []
        for certificate in chain {
            list.append(bigEndian24: UInt32(truncatingIfNeeded: certificate.count))
            list += certificate
            if version == .dtls13 { list.append(bigEndian: UInt16(0)) }
        }
        var bytes: [UInt8] = []
        if version == .dtls13 {
            bytes.append(UInt8(truncatingIfNeeded: requestContext.count))
            bytes += requestContext
        }
        bytes.append(bigEndian24: UInt32(truncatingIfNeeded: list.count))
        return bytes + list
    }
}
