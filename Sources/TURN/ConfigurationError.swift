/// A setting that is refused: which one, what was written, and what would be right.
///
/// Secrets are never put into `value`.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The key as in the configuration file, such as `allow_peers`.
    public var key: String
    /// What was written.
    public var value: String
    /// What would be right: a phrase that follows "expected".
    public var expected: String

    public init(key: String, value: String, expected: String) {
        self.key = key
        self.value = value
        self.expected = expected
    }

    public var description: String {
        "\(key): \"\(value)\" is refused; expected \(expected)"
    }
}
