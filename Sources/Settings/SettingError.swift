/// One thing that is wrong with the configuration: where, what was found, and what would be right.
public struct SettingError: Error, Hashable, Sendable {
    /// The file's key, whichever source the value came from; for an unknown key the key as it was written.
    public let key: String
    /// What was found; nil when the setting is missing or must not be shown.
    public let value: String?
    /// Nil when the setting is missing.
    public let origin: SettingOrigin?
    /// What would be right, in words that follow "expected".
    public let expectation: String

    public init(key: String, value: String? = nil, origin: SettingOrigin? = nil, expectation: String) {
        self.key = key
        self.value = value
        self.origin = origin
        self.expectation = expectation
    }
}

extension SettingError: CustomStringConvertible {
    public var description: String {
        let place = origin.map(\.description) ?? key
        if let value {
            return "\(place): \"\(value)\": expected \(expectation)"
        }
        if origin != nil {
            return "\(place): expected \(expectation)"
        }
        let flag = SettingKey(fileKey: key).map { " (--\($0.rawValue))" } ?? ""
        return "\(place): missing: expected \(expectation)\(flag)"
    }
}

/// Everything that is wrong with the configuration, found in one reading; never empty.
public struct SettingErrors: Error, Hashable, Sendable {
    public let errors: [SettingError]

    public init(_ errors: [SettingError]) {
        precondition(!errors.isEmpty, "configuration errors are thrown only when there is one")
        self.errors = errors
    }
}

extension SettingErrors: CustomStringConvertible {
    /// One error per line.
    public var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
