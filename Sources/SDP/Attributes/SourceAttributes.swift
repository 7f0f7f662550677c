/// The stream and the track of a section (RFC 8830).
public struct MediaStreamID: Equatable, Sendable {
    /// `-` stands for no stream.
    public var stream: String
    public var track: String?

    public init(stream: String, track: String? = nil) {
        self.stream = stream
        self.track = track
    }
}

extension MediaStreamID {
    init?(_ text: Text) {
        guard let words = text.words(), words.count <= 2, words.allSatisfy({ $0.count <= 255 }) else { return nil }
        self.init(stream: words[0].string, track: words.count == 2 ? words[1].string : nil)
    }

    var text: String { track.map { "\(stream) \($0)" } ?? stream }
}

/// Something said about an SSRC (RFC 5576 section 4.1).
public struct SSRCAttribute: Equatable, Sendable {
    public var ssrc: UInt32
    /// Such as `cname` or `msid`.
    public var name: String
    public var value: String?

    public init(ssrc: UInt32, name: String, value: String? = nil) {
        self.ssrc = ssrc
        self.name = name
        self.value = value
    }
}

extension SSRCAttribute {
    init?(_ text: Text) {
        let (number, rest) = text.cut(at: UInt8(ascii: " "))
        guard let ssrc = number.number(UInt32.self), let rest else { return nil }
        let (name, value) = rest.cut(at: UInt8(ascii: ":"))
        guard let token = name.token else { return nil }
        self.init(ssrc: ssrc, name: token, value: value?.string)
    }

    var text: String { "\(ssrc) \(name)" + (value.map { ":\($0)" } ?? "") }
}

/// SSRCs that belong together (RFC 5576 section 4.2): `FID` pairs media with its retransmissions, `SIM` lists encodings.
public struct SSRCGroup: Equatable, Sendable {
    public var semantics: String
    public var ssrcs: [UInt32]

    public init(semantics: String, ssrcs: [UInt32]) {
        self.semantics = semantics
        self.ssrcs = ssrcs
    }
}

extension SSRCGroup {
    init?(_ text: Text) {
        guard let words = text.words(), words.count >= 2, let semantics = words[0].token else { return nil }
        var ssrcs: [UInt32] = []
        for word in words.dropFirst() {
            guard let ssrc = word.number(UInt32.self) else { return nil }
            ssrcs.append(ssrc)
        }
        self.init(semantics: semantics, ssrcs: ssrcs)
    }

    var text: String { ([semantics] + ssrcs.map(String.init)).joined(separator: " ") }
}
