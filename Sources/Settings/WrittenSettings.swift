/// A value as it was written, before anything judged it.
public struct WrittenValue: Hashable, Sendable {
    public var text: String
    public var origin: SettingOrigin

    public init(_ text: String, origin: SettingOrigin) {
        self.text = text
        self.origin = origin
    }
}

/// The settings of one source, or of several laid over each other, as they were written.
public struct WrittenSettings: Sendable {
    public private(set) var values: [SettingKey: [WrittenValue]] = [:]

    public init() {}

    public subscript(key: SettingKey) -> [WrittenValue] {
        values[key] ?? []
    }

    /// Adds a value; a setting that is no list has one value in the end, or is reported when it is read.
    public mutating func add(_ text: String, for key: SettingKey, origin: SettingOrigin) {
        values[key, default: []].append(WrittenValue(text, origin: origin))
    }

    /// Adds the values of a command-line flag.
    public mutating func addFlag(_ key: SettingKey, _ texts: [String]) {
        for text in texts {
            add(text, for: key, origin: .flag("--\(key.rawValue)"))
        }
    }

    /// These settings where they are given, the others elsewhere. A list is replaced whole.
    public func over(_ other: WrittenSettings) -> WrittenSettings {
        var merged = self
        merged.values.merge(other.values) { own, _ in own }
        return merged
    }
}
