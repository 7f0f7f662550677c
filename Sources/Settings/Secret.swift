/// A text that is never printed: it shows as a fixed word wherever a value is described, dumped or reflected.
public struct Secret: Hashable, Sendable {
    /// The text itself. Credentials are computed from its UTF-8 bytes as they stand, never decoded from base64.
    public let text: String

    public init(_ text: String) {
        self.text = text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
