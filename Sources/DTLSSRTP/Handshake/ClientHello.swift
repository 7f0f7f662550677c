import Wire

/// A ClientHello of either version (RFC 6347 section 4.2.1, RFC 9147 section 5.3).
///
///     legacy_version (2)  random (32)  session id <0..32>  cookie <0..255>
///     cipher suites <2..2^16-2>  compression methods <1..2^8-1>  extensions <0..2^16-1>
struct ClientHello: Sendable {
    var legacyVersion: UInt16
    var random: [UInt8]
    var sessionID: [UInt8]
    /// The cookie of a HelloVerifyRequest; 1.3 carries its own in an extension.
    var cookie: [UInt8]
    var cipherSuites: [UInt16]
    var compressionMethods: [UInt8]
    var extensions: ExtensionList

    init(random: [UInt8], cipherSuites: [UInt16], extensions: ExtensionList) {
        legacyVersion = ProtocolVersion.dtls12.rawValue
        self.random = random
        sessionID = []
        cookie = []
        self.cipherSuites = cipherSuites
        compressionMethods = [0]
        self.extensions = extensions
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        do throws(WireError) {
            legacyVersion = try reader.readUInt16()
            random = try reader.readBytes(32).array()
            sessionID = try reader.readBytes(Int(try reader.readUInt8())).array()
            cookie = try reader.readBytes(Int(try reader.readUInt8())).array()
            let suites = try reader.readBytes(Int(try reader.readUInt16()))
            compressionMethods = try reader.readBytes(Int(try reader.readUInt8())).array()
            cipherSuites = []
            var suiteReader = ByteReader(suites)
            while !suiteReader.isAtEnd { cipherSuites.append(try suiteReader.readUInt16()) }
            if reader.isAtEnd {
                extensions = ExtensionList()
            } else {
                guard let list = try ExtensionList(parsing: &reader) else {
                    throw WireError.truncated(needed: 0, available: 0)
                }
                extensions = list
            }
        } catch {
            throw .malformedMessage(type: HandshakeType.clientHello.rawValue)
        }
        guard reader.isAtEnd, sessionID.count <= 32, !cipherSuites.isEmpty, compressionMethods.contains(0) else {
            throw .malformedMessage(type: HandshakeType.clientHello.rawValue)
        }
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: legacyVersion)
        bytes += random
        bytes.append(UInt8(truncatingIfNeeded: sessionID.count))
        bytes += sessionID
        bytes.append(UInt8(truncatingIfNeeded: cookie.count))
        bytes += cookie
        bytes += CodeList.encode(cipherSuites, lengthBytes: 2)
        bytes.append(UInt8(truncatingIfNeeded: compressionMethods.count))
        bytes += compressionMethods
        extensions.write(to: &bytes)
        return bytes
    }

    /// The content of an extension that must be well-formed when it is there.
    func decoded<Value>(_ type: ExtensionType, _ decode: ([UInt8]) -> Value?) throws(DTLSError) -> Value? {
        guard let content = extensions[type] else { return nil }
        guard let value = decode(content) else {
            throw .malformedMessage(type: HandshakeType.clientHello.rawValue)
        }
        return value
    }
}
