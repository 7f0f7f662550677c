import Wire

/// The extensions that a 1.3 server answers under protection (RFC 8446 section 4.3.1).
struct EncryptedExtensions: Sendable {
    var extensions: ExtensionList

    init(extensions: ExtensionList) {
        self.extensions = extensions
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        guard let list = try? ExtensionList(parsing: &reader), reader.isAtEnd else {
            throw .malformedMessage(type: HandshakeType.encryptedExtensions.rawValue)
        }
        extensions = list
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        extensions.write(to: &bytes)
        return bytes
    }
}
