import Wire

/// The 1.3 request for a client certificate (RFC 8446 section 4.3.2).
struct CertificateRequest13: Sendable {
    var context: [UInt8] = []
    var signatureSchemes: [UInt16]

    init(signatureSchemes: [UInt16]) {
        self.signatureSchemes = signatureSchemes
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        do throws(WireError) {
            context = try reader.readBytes(Int(try reader.readUInt8())).array()
            guard let extensions = try ExtensionList(parsing: &reader), reader.isAtEnd,
                let content = extensions[.signatureAlgorithms],
                let schemes = CodeList.decode(content, lengthBytes: 2)
            else { throw WireError.truncated(needed: 0, available: 0) }
            signatureSchemes = schemes
        } catch {
            throw .malformedMessage(type: HandshakeType.certificateRequest.rawValue)
        }
    }

    func encoded() -> [UInt8] {
        var extensions = ExtensionList()
        extensions.append(.signatureAlgorithms, CodeList.encode(signatureSchemes, lengthBytes: 2))
        var bytes = [UInt8(truncatingIfNeeded: context.count)] + context
        extensions.write(to: &bytes)
        return bytes
    }
}
