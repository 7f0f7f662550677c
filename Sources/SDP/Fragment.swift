/// A piece of a description that carries candidates or an ICE restart: `application/trickle-ice-sdpfrag` (RFC 8840 section
/// 9), which WHIP and WHEP send in PATCH requests.
public struct Fragment: Equatable, Sendable, AttributeHolder {
    /// Session-level attributes, where credentials of a bundle may stand.
    public var attributes: [Attribute]
    /// Pseudo media sections: each has a mid, and candidates.
    public var media: [MediaDescription]

    public init(attributes: [Attribute], media: [MediaDescription] = []) {
        self.attributes = attributes
        self.media = media
    }

    /// - Throws: the first line that breaks the grammar.
    public init(parsing text: String) throws(SDPError) {
        var lines = try Lines(text)
        attributes = try lines.section(order: "a").attributes
        media = try lines.mediaSections()
        try lines.requireEnd()
    }

    /// The credentials of the session level, or of the first section that has any.
    public var iceCredentials: (ufrag: String, pwd: String)? {
        for holder in [attributes] + media.map(\.attributes) {
            if let ufrag = holder.iceUfrag, let pwd = holder.icePwd { return (ufrag, pwd) }
        }
        return nil
    }
}

extension Fragment: CustomStringConvertible {
    public var description: String {
        var text = ""
        attributes.write(to: &text)
        for section in media { section.write(to: &text) }
        return text
    }
}
