import Wire

/// The 1.2 request for a client certificate (RFC 5246 section 7.4.4).
struct CertificateRequest12: Sendable {
    var signatureSchemes: [UInt16]

    init(signatureSchemes: [UInt16]) {
        self.signatureSchemes = signatureSchemes
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        signatureSchemes = []
        do throws(WireError) {
            // The types of certificates say no more than the schemes do.
            try reader.skip(Int(try reader.readUInt8()))
            var schemes = ByteReader(try reader.readBytes(Int(try reader.readUInt16())))
            while !schemes.isAtEnd { signatureSchemes.append(try schemes.readUInt16()) }
            try reader.skip(Int(try reader.readUInt16()))
            guard reader.isAtEnd else { throw WireError.truncated(needed: 0, available: 0) }
        } catch {
            throw .malformedMessage(type: HandshakeType.certificateRequest.rawValue)
        }
    }

    func encoded() -> [UInt8] {
        // ecdsa_sign and rsa_sign; no names of authorities.
        [2, 64, 1] + CodeList.encode(signatureSchemes, lengthBytes: 2) + [0, 0]
    }
}
