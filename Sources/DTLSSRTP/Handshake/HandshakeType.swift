/// The type of a handshake message (RFC 8446 section 4, RFC 6347 section 4.3.2). The set is open.
struct HandshakeType: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt8

    static let helloRequest = HandshakeType(rawValue: 0)
    static let clientHello = HandshakeType(rawValue: 1)
    static let serverHello = HandshakeType(rawValue: 2)
    static let helloVerifyRequest = HandshakeType(rawValue: 3)
    static let newSessionTicket = HandshakeType(rawValue: 4)
    static let encryptedExtensions = HandshakeType(rawValue: 8)
    static let certificate = HandshakeType(rawValue: 11)
    static let serverKeyExchange = HandshakeType(rawValue: 12)
    static let certificateRequest = HandshakeType(rawValue: 13)
    static let serverHelloDone = HandshakeType(rawValue: 14)
    static let certificateVerify = HandshakeType(rawValue: 15)
    static let clientKeyExchange = HandshakeType(rawValue: 16)
    static let finished = HandshakeType(rawValue: 20)
    static let keyUpdate = HandshakeType(rawValue: 24)
    static let messageHash = HandshakeType(rawValue: 254)
}
