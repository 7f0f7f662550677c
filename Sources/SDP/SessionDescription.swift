/// A session description (RFC 8866): what one side of a connection offers or answers.
///
/// Parsing is strict about syntax and keeps every attribute it does not know, so a description written again is the one
/// that was read, apart from line endings.
public struct SessionDescription: Equatable, Sendable, AttributeHolder {
    public var origin: Origin
    public var name: String
    /// All session-level lines that are neither `v=`, `o=`, `s=` nor `a=`, in order.
    public var lines: [RawLine]
    public var attributes: [Attribute]
    public var media: [MediaDescription]

    public init(origin: Origin, attributes: [Attribute] = [], media: [MediaDescription] = []) {
        self.origin = origin
        self.name = "-"
        self.lines = [RawLine(type: UInt8(ascii: "t"), value: "0 0")]
        self.attributes = attributes
        self.media = media
    }
}

/// A line that is kept as it is.
public struct RawLine: Equatable, Sendable {
    /// The letter before the equals sign.
    public var type: UInt8
    public var value: String

    public init(type: UInt8, value: String) {
        self.type = type
        self.value = value
    }
}

/// The `o=` line (RFC 8866 section 5.2): who made the description, and which version of it this is.
public struct Origin: Equatable, Sendable {
    public var username: String
    public var sessionID: UInt64
    public var sessionVersion: UInt64
    /// `IP4` or `IP6`.
    public var addressType: String
    public var address: String

    public init(
        username: String = "-",
        sessionID: UInt64,
        sessionVersion: UInt64,
        addressType: String = "IP4",
        address: String = "127.0.0.1"
    ) {
        self.username = username
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
        self.addressType = addressType
        self.address = address
    }
}

extension Origin {
    init?(_ text: Text) {
        guard let words = text.words(), words.count == 6, words[3].elementsEqual("IN".utf8),
            let sessionID = words[1].number(UInt64.self), let version = words[2].number(UInt64.self),
            let addressType = words[4].token
        else { return nil }
        self.init(
            username: words[0].string,
            sessionID: sessionID,
            sessionVersion: version,
            addressType: addressType,
            address: words[5].string
        )
    }

    var text: String { "\(username) \(sessionID) \(sessionVersion) IN \(addressType) \(address)" }
}

extension SessionDescription: CustomStringConvertible {
    /// The description as it goes over the wire, with CRLF line ends.
    public var description: String {
        var text = "v=0\r\no=\(origin.text)\r\ns=\(name)\r\n"
        lines.write(to: &text)
        attributes.write(to: &text)
        for section in media { section.write(to: &text) }
        return text
    }
}

extension [RawLine] {
    func write(to text: inout String) {
        for line in self { text += "\(Character(Unicode.Scalar(line.type)))=\(line.value)\r\n" }
    }
}

extension [Attribute] {
    func write(to text: inout String) {
        for attribute in self { text += "a=\(attribute)\r\n" }
    }
}
