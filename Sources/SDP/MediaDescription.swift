/// What a media section is about (RFC 8866 section 5.14).
public enum MediaKind: Hashable, Sendable {
    case audio
    case video
    case application
    case other(String)

    public init(_ name: String) {
        switch name {
        case "audio": self = .audio
        case "video": self = .video
        case "application": self = .application
        default: self = .other(name)
        }
    }

    public var name: String {
        switch self {
        case .audio: "audio"
        case .video: "video"
        case .application: "application"
        case .other(let name): name
        }
    }
}

/// A media section: an `m=` line and what follows it.
public struct MediaDescription: Equatable, Sendable, AttributeHolder {
    public var kind: MediaKind
    /// 0 says that the section is rejected or stopped.
    public var port: UInt16
    /// The number behind a slash after the port, as a rule absent.
    public var portCount: UInt16?
    /// Such as `UDP/TLS/RTP/SAVPF`.
    public var transport: String
    /// Payload types, or `webrtc-datachannel`; never empty in a description that was read.
    public var formats: [String]
    /// All lines of the section but attributes, in order.
    public var lines: [RawLine]
    public var attributes: [Attribute]

    public init(
        kind: MediaKind,
        port: UInt16 = 9,
        transport: String = "UDP/TLS/RTP/SAVPF",
        formats: [String],
        attributes: [Attribute] = []
    ) {
        self.kind = kind
        self.port = port
        self.transport = transport
        self.formats = formats
        self.lines = [RawLine(type: UInt8(ascii: "c"), value: "IN IP4 0.0.0.0")]
        self.attributes = attributes
    }

    /// True when the section is rejected or stopped. A section of a bundle that others carry has port 0 too, with
    /// `a=bundle-only`, and is alive (RFC 9143 section 6).
    public var isRejected: Bool { port == 0 && !attributes.contains(.bundleOnly) }

    /// The formats that are RTP payload types, in order of preference.
    public var payloadTypes: [UInt8] { formats.compactMap { ArraySlice($0.utf8).number(UInt8.self) } }
}

extension MediaDescription {
    /// Parses the value of an `m=` line.
    init?(_ text: Text) {
        guard let words = text.words(), words.count >= 4, let kind = words[0].token else { return nil }
        let (port, count) = words[1].cut(at: UInt8(ascii: "/"))
        guard let portNumber = port.number(UInt16.self) else { return nil }
        var formats: [String] = []
        for word in words[3...] {
            guard let format = word.token else { return nil }
            formats.append(format)
        }
        for piece in words[2].pieces(UInt8(ascii: "/")) where piece.token == nil { return nil }
        self.init(kind: MediaKind(kind), port: portNumber, transport: words[2].string, formats: formats)
        if let count {
            guard let number = count.number(UInt16.self), number > 0 else { return nil }
            portCount = number
        }
        lines = []
    }

    func write(to text: inout String) {
        let ports = portCount.map { "\(port)/\($0)" } ?? "\(port)"
        text += "m=\(kind.name) \(ports) \(transport) \(formats.joined(separator: " "))\r\n"
        lines.write(to: &text)
        attributes.write(to: &text)
    }
}
