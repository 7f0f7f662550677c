/// An ICE candidate (RFC 8839 section 5.1).
public struct Candidate: Equatable, Sendable {
    public enum Kind: Hashable, Sendable {
        case host
        case serverReflexive
        case peerReflexive
        case relayed
        case other(String)
    }

    /// 1 to 32 ICE characters.
    public var foundation: String
    /// 1 is RTP and everything that is multiplexed with it.
    public var component: UInt16
    /// `udp` or `tcp`, in the case in which it came.
    public var transport: String
    public var priority: UInt32
    /// An address literal or a host name, such as the mDNS names of browsers.
    public var address: String
    public var port: UInt16
    public var kind: Kind
    /// `raddr`, `rport` and extensions, in order.
    public var extensions: [Parameter]

    public struct Parameter: Equatable, Sendable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        foundation: String,
        component: UInt16 = 1,
        transport: String = "udp",
        priority: UInt32,
        address: String,
        port: UInt16,
        kind: Kind,
        extensions: [Parameter] = []
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = address
        self.port = port
        self.kind = kind
        self.extensions = extensions
    }

    /// Parses the `candidate` member of a trickled candidate: `candidate:...`, with or without `a=` before it.
    public init?(parsing line: String) {
        var text = Text(line.utf8)
        guard text.count <= SDPLimits.bytesPerLine, !text.contains(where: { $0 < 0x20 }) else { return nil }
        if text.starts(with: "a=".utf8) { text = text.dropFirst(2) }
        guard text.starts(with: "candidate:".utf8) else { return nil }
        self.init(text.dropFirst(10))
    }

    /// The value of the parameter with this name.
    public func parameter(_ name: String) -> String? { extensions.first { $0.name == name }?.value }
}

extension Candidate: CustomStringConvertible {
    /// The form that ``init(parsing:)`` reads.
    public var description: String { "candidate:\(text)" }
}

extension Candidate {
    init?(_ text: Text) {
        guard let words = text.words(), words.count >= 8, words.count % 2 == 0, words.count <= 64,
            (1...32).contains(words[0].count), words[0].allSatisfy(\.isICECharacter),
            let component = words[1].number(UInt16.self), (1...256).contains(component),
            let transport = words[2].token,
            let priority = words[3].number(UInt32.self),
            words[4].count <= 253, let port = words[5].number(UInt16.self),
            words[6].elementsEqual("typ".utf8), let kind = words[7].token
        else { return nil }
        self.init(
            foundation: words[0].string,
            component: component,
            transport: transport,
            priority: priority,
            address: words[4].string,
            port: port,
            kind: Kind(kind)
        )
        for index in stride(from: 8, to: words.count, by: 2) {
            extensions.append(Parameter(name: words[index].string, value: words[index + 1].string))
        }
    }

    var text: String {
        var text = "\(foundation) \(component) \(transport) \(priority) \(address) \(port) typ \(kind.name)"
        for parameter in extensions { text += " \(parameter.name) \(parameter.value)" }
        return text
    }
}

extension Candidate.Kind {
    init(_ name: String) {
        switch name {
        case "host": self = .host
        case "srflx": self = .serverReflexive
        case "prflx": self = .peerReflexive
        case "relay": self = .relayed
        default: self = .other(name)
        }
    }

    var name: String {
        switch self {
        case .host: "host"
        case .serverReflexive: "srflx"
        case .peerReflexive: "prflx"
        case .relayed: "relay"
        case .other(let name): name
        }
    }
}
