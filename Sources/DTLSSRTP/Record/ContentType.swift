/// What a record carries (RFC 8446 section 5.1, RFC 9147 section 4). The set is open.
struct ContentType: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt8

    static let changeCipherSpec = ContentType(rawValue: 20)
    static let alert = ContentType(rawValue: 21)
    static let handshake = ContentType(rawValue: 22)
    static let applicationData = ContentType(rawValue: 23)
    static let ack = ContentType(rawValue: 26)
}
