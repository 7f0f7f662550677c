import Wire

/// A ServerHello of either version, or a HelloRetryRequest, which is one with a fixed random (RFC 8446 section 4.1.3).
struct ServerHello: Sendable {
    /// The SHA-256 of "HelloRetryRequest".
    static let retryRandom: [UInt8] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91,
        0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ]
    /// The end of the random of a server that speaks 1.3 and was asked for 1.2.
    static let downgradeSentinel: [UInt8] = [0x44, 0x4F, 0x57, 0x4E, 0x47, 0x52, 0x44, 0x01]

    var legacyVersion: UInt16
    var random: [UInt8]
    var sessionID: [UInt8]
    var cipherSuite: UInt16
    var compressionMethod: UInt8
    var extensions: ExtensionList

    var isRetryRequest: Bool { random == Self.retryRandom }

    init(random: [UInt8], sessionID: [UInt8] = [], cipherSuite: CipherSuite, extensions: ExtensionList) {
        legacyVersion = ProtocolVersion.dtls12.rawValue
        self.random = random
        self.sessionID = sessionID
        self.cipherSuite = cipherSuite.rawValue
        compressionMethod = 0
        self.extensions = extensions
    }

    init(decoding body: [UInt8]) throws(DTLSError) {
        var reader = ByteReader(body.rawSpan)
        do throws(WireError) {
            legacyVersion = try reader.readUInt16()
            random = try reader.readBytes(32).array()
            sessionID = try reader.readBytes(Int(try reader.readUInt8())).array()
            cipherSuite = try reader.readUInt16()
            compressionMethod = try reader.readUInt8()
            if reader.isAtEnd {
                extensions = ExtensionList()
            } else {
                guard let list = try ExtensionList(parsing: &reader) else {
                    throw WireError.truncated(needed: 0, available: 0)
                }
                extensions = list
            }
        } catch {
            throw .malformedMessage(type: HandshakeType.serverHello.rawValue)
        }
        guard reader.isAtEnd, sessionID.count <= 32, compressionMethod == 0 else {
            throw .malformedMessage(type: HandshakeType.serverHello.rawValue)
        }
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: legacyVersion)
        bytes += random
        bytes.append(UInt8(truncatingIfNeeded: sessionID.count))
        bytes += sessionID
        bytes.append(bigEndian: cipherSuite)
        bytes.append(compressionMethod)
        extensions.write(to: &bytes)
        return bytes
    }
}
