/// Where settings come from: flags over environment over file. Keep it to read them again on a reload.
public struct SettingSources: Sendable {
    typealias ReadFile = @Sendable (String) -> Result<String, FileText.Unreadable>

    /// The YAML file, if one is named; `MARTLET_TURN_CONFIG` names it when the command line does not.
    public var configPath: String?
    public var flags: WrittenSettings
    public var environment: [String: String]
    var readFile: ReadFile = readFromDisk

    public init(
        configPath: String? = nil,
        flags: WrittenSettings = WrittenSettings(),
        environment: [String: String] = [:]
    ) {
        self.configPath = configPath ?? environment[EnvironmentSource.configName].flatMap { $0.isEmpty ? nil : $0 }
        self.flags = flags
        self.environment = environment
    }

    /// Reads all sources, and judges every setting alone and beside the others. `check` may add what only the server's
    /// modules can judge.
    ///
    /// - Throws: everything that is wrong, at once.
    public func turnSettings(
        check: @Sendable (TURNSettings) -> [SettingError] = { _ in [] }
    ) throws(SettingErrors) -> TURNSettings {
        var errors: [SettingError] = []
        var written = EnvironmentSource.read(environment, errors: &errors)
        written = flags.over(written)
        var lacksFile = false
        if let configPath {
            switch readFile(configPath) {
            case .success(let text):
                let file = FileSource(path: configPath, text: text)
                errors.append(contentsOf: file.errors)
                lacksFile = file.isUnusable
                written = written.over(file.settings)
            case .failure(let error):
                lacksFile = true
                errors.append(
                    SettingError(
                        key: "config",
                        value: configPath,
                        origin: .flag("--config"),
                        expectation: "a readable YAML file (\(error.reason))"
                    )
                )
            }
        }
        var reader = SettingReader(written: written, lacksFile: lacksFile, errors: errors)
        var settings = TURNSettings(reading: &reader, readFile: readFile)
        settings.judge(&reader, readFile: readFile)
        errors = reader.errors + check(settings)
        guard errors.isEmpty else { throw SettingErrors(errors) }
        return settings
    }

    static let readFromDisk: ReadFile = { path in
        do throws(FileText.Unreadable) {
            return .success(try FileText.read(path))
        } catch {
            return .failure(error)
        }
    }
}
