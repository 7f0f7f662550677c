/// Settings from `MARTLET_TURN_<KEY>` variables.
enum EnvironmentSource {
    /// Reads the variables with our prefix. An empty one counts as not set; an unknown one is an error.
    /// `MARTLET_TURN_CONFIG` names the file and is no setting.
    static func read(_ environment: [String: String], errors: inout [SettingError]) -> WrittenSettings {
        var settings = WrittenSettings()
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) {
            guard name.hasPrefix(SettingKey.environmentPrefix), name != configName, !text.isEmpty else { continue }
            let fileKey = name.dropFirst(SettingKey.environmentPrefix.count).lowercased()
            guard let key = SettingKey(fileKey: fileKey) else {
                errors.append(
                    SettingError(
                        key: fileKey,
                        origin: .environment(name),
                        expectation: Suggestion.expectation(forUnknown: fileKey)
                    )
                )
                continue
            }
            let texts = key.isList ? text.split(separator: ",").map { $0.trimmingSpaces } : [text]
            for text in texts {
                settings.add(text, for: key, origin: .environment(name))
            }
        }
        return settings
    }

    static let configName = SettingKey.environmentPrefix + "CONFIG"
}
