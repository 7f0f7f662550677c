/// What an alert says (RFC 8446 section 6). The set is open: what the peer sends is kept as a number.
struct AlertDescription: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt8

    static let closeNotify = AlertDescription(rawValue: 0)
    static let unexpectedMessage = AlertDescription(rawValue: 10)
    static let handshakeFailure = AlertDescription(rawValue: 40)
    static let badCertificate = AlertDescription(rawValue: 42)
    static let illegalParameter = AlertDescription(rawValue: 47)
    static let decodeError = AlertDescription(rawValue: 50)
    static let decryptError = AlertDescription(rawValue: 51)
    static let protocolVersion = AlertDescription(rawValue: 70)
    static let internalError = AlertDescription(rawValue: 80)
    static let userCanceled = AlertDescription(rawValue: 90)
    static let noRenegotiation = AlertDescription(rawValue: 100)
    static let missingExtension = AlertDescription(rawValue: 109)
    static let unsupportedExtension = AlertDescription(rawValue: 110)
    static let certificateRequired = AlertDescription(rawValue: 116)
    static let noApplicationProtocol = AlertDescription(rawValue: 120)
}
