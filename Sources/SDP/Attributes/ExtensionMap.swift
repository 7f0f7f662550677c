/// The identifier of an RTP header extension (RFC 8285 section 5).
public struct ExtensionMap: Equatable, Sendable {
    /// 1 to 14 fits the one-byte form, up to 255 the two-byte form; 4096 to 4351 asks the answerer to choose.
    public var id: UInt16
    public var direction: Direction?
    public var uri: String
    public var attributes: String?

    public init(id: UInt16, uri: String, direction: Direction? = nil, attributes: String? = nil) {
        self.id = id
        self.uri = uri
        self.direction = direction
        self.attributes = attributes
    }
}

extension ExtensionMap {
    init?(_ text: Text) {
        let (idText, rest) = text.cut(at: UInt8(ascii: " "))
        let (number, direction) = idText.cut(at: UInt8(ascii: "/"))
        guard let id = number.number(UInt16.self), (1...255).contains(id) || (4096...4351).contains(id), let rest else {
            return nil
        }
        let (uri, attributes) = rest.cut(at: UInt8(ascii: " "))
        guard !uri.isEmpty else { return nil }
        self.init(id: id, uri: uri.string, attributes: attributes?.string)
        if let direction {
            guard let value = Direction(rawValue: direction.string) else { return nil }
            self.direction = value
        }
    }

    var text: String {
        "\(id)\(direction.map { "/\($0.rawValue)" } ?? "") \(uri)\(attributes.map { " \($0)" } ?? "")"
    }
}
