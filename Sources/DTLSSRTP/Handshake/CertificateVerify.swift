import Wire

/// A signature over the handshake (RFC 5246 section 7.4.8, RFC 8446 section 4.4.3).
struct CertificateVerify: Sendable {
    var scheme: UInt16
    var signature: [UInt8]

    init(scheme: SignatureScheme, signature: [UInt8]) {
        self.scheme = scheme.rawValue
        self.signature = signature
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        do throws(WireError) {
            scheme = try reader.readUInt16()
            signature = try reader.readBytes(Int(try reader.readUInt16())).array()
            guard reader.isAtEnd else { throw WireError.truncated(needed: 0, available: 0) }
        } catch {
            throw .malformedMessage(type: HandshakeType.certificateVerify.rawValue)
        }
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: scheme)
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: signature.count))
        return bytes + signature
    }

    /// What is signed in 1.3: padding, the signer's role, and the hash of the messages before.
    static func signedContent(byServer: Bool, transcriptHash: [UInt8]) -> [UInt8] {
        let role = byServer ? "server" : "client"
        return [UInt8](repeating: 0x20, count: 64) + Array("TLS 1.3, \(role) CertificateVerify".utf8) + [0]
            + transcriptHash
    }
}
