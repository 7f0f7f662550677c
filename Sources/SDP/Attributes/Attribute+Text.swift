/// The attribute of this name breaks its grammar.
struct AttributeError: Error {
    var name: String
}

extension Attribute {
    /// Parses what follows `a=`.
    init(_ line: Text) throws(AttributeError) {
        let (nameText, value) = line.cut(at: UInt8(ascii: ":"))
        guard let name = nameText.token else { throw AttributeError(name: nameText.prefix(64).string) }
        func need<Value>(_ result: Value?) throws(AttributeError) -> Value {
            guard let result else { throw AttributeError(name: name) }
            return result
        }
        let text = value ?? []
        switch name {
        case "bundle-only", "end-of-candidates", "extmap-allow-mixed", "ice-lite", "rtcp-mux", "rtcp-rsize",
            "sendrecv", "sendonly", "recvonly", "inactive":
            // Flags have no value.
            guard value == nil else { throw AttributeError(name: name) }
            self = try need(Self.flag(name))
        case "candidate": self = .candidate(try need(Candidate(text)))
        case "extmap": self = .extensionMap(try need(ExtensionMap(text)))
        case "fingerprint": self = .fingerprint(try need(Fingerprint(text)))
        case "fmtp":
            // Formats that are not payload types belong to transports other than RTP.
            if let parameters = FormatParameters(text) {
                self = .formatParameters(parameters)
            } else {
                let (format, rest) = text.cut(at: UInt8(ascii: " "))
                guard format.token != nil, format.number(UInt64.self) == nil, rest?.isEmpty == false else {
                    throw AttributeError(name: name)
                }
                self = .other(name: name, value: text.string)
            }
        case "group": self = .group(try need(Group(text)))
        case "ice-options":
            var options: [String] = []
            for word in try need(text.words()) { options.append(try need(word.token)) }
            self = .iceOptions(options)
        case "ice-pwd": self = .icePwd(try need(Self.iceText(text, 22...256)))
        case "ice-ufrag": self = .iceUfrag(try need(Self.iceText(text, 4...256)))
        case "max-message-size": self = .maxMessageSize(try need(text.number()))
        case "mid": self = .mid(MID(try need(text.count <= 255 ? text.token : nil)))
        case "msid": self = .msid(try need(MediaStreamID(text)))
        case "rid": self = .rid(try need(RIDDescription(text)))
        case "rtcp-fb": self = .rtcpFeedback(try need(RTCPFeedback(text)))
        case "rtpmap": self = .rtpMap(try need(RTPMap(text)))
        case "sctp-port": self = .sctpPort(try need(text.number()))
        case "setup": self = .setup(try need(Setup(rawValue: text.string)))
        case "simulcast": self = .simulcast(try need(Simulcast(text)))
        case "ssrc": self = .ssrc(try need(SSRCAttribute(text)))
        case "ssrc-group": self = .ssrcGroup(try need(SSRCGroup(text)))
        default: self = .other(name: name, value: value?.string)
        }
    }

    private static func flag(_ name: String) -> Attribute? {
        switch name {
        case "bundle-only": .bundleOnly
        case "end-of-candidates": .endOfCandidates
        case "extmap-allow-mixed": .extensionMapAllowMixed
        case "ice-lite": .iceLite
        case "rtcp-mux": .rtcpMux
        case "rtcp-rsize": .rtcpReducedSize
        default: Direction(rawValue: name).map { .direction($0) }
        }
    }

    private static func iceText(_ text: Text, _ length: ClosedRange<Int>) -> String? {
        length.contains(text.count) && text.allSatisfy(\.isICECharacter) ? text.string : nil
    }
}

extension Attribute: CustomStringConvertible {
    /// What follows `a=`.
    public var description: String {
        switch self {
        case .bundleOnly: "bundle-only"
        case .candidate(let candidate): "candidate:\(candidate.text)"
        case .direction(let direction): direction.rawValue
        case .endOfCandidates: "end-of-candidates"
        case .extensionMap(let map): "extmap:\(map.text)"
        case .extensionMapAllowMixed: "extmap-allow-mixed"
        case .fingerprint(let fingerprint): "fingerprint:\(fingerprint)"
        case .formatParameters(let parameters): "fmtp:\(parameters.text)"
        case .group(let group): "group:\(group.text)"
        case .iceLite: "ice-lite"
        case .iceOptions(let options): "ice-options:\(options.joined(separator: " "))"
        case .icePwd(let pwd): "ice-pwd:\(pwd)"
        case .iceUfrag(let ufrag): "ice-ufrag:\(ufrag)"
        case .maxMessageSize(let size): "max-message-size:\(size)"
        case .mid(let mid): "mid:\(mid)"
        case .msid(let msid): "msid:\(msid.text)"
        case .rid(let rid): "rid:\(rid.text)"
        case .rtcpFeedback(let feedback): "rtcp-fb:\(feedback.text)"
        case .rtcpMux: "rtcp-mux"
        case .rtcpReducedSize: "rtcp-rsize"
        case .rtpMap(let map): "rtpmap:\(map.text)"
        case .sctpPort(let port): "sctp-port:\(port)"
        case .setup(let setup): "setup:\(setup.rawValue)"
        case .simulcast(let simulcast): "simulcast:\(simulcast.text)"
        case .ssrc(let ssrc): "ssrc:\(ssrc.text)"
        case .ssrcGroup(let group): "ssrc-group:\(group.text)"
        case .other(let name, let value): value.map { "\(name):\($0)" } ?? name
        }
    }
}

extension Group {
    init?(_ text: Text) {
        guard let words = text.words(), let semantics = words[0].token else { return nil }
        var mids: [MID] = []
        for word in words.dropFirst() {
            guard let mid = word.token else { return nil }
            mids.append(MID(mid))
        }
        self.init(semantics: semantics, mids: mids)
    }

    var text: String { ([semantics] + mids.map(\.rawValue)).joined(separator: " ") }
}
