@testable import Settings

/// Sources made of texts, with files that exist only here.
struct SettingsFixture {
    /// The least that starts a server.
    static let minimal = """
        listens: 192.0.2.1:3478
        relay_addresses: 10.0.0.7
        namespace: demo
        auth_secrets: [0123456789abcdef]
        allow_peers: ["10.0.0.2:20000-20499"]

        """

    static let path = "/etc/martlet/demo/turn.yaml"

    static func sources(
        file: String? = nil,
        flags: [(SettingKey, [String])] = [],
        environment: [String: String] = [:],
        files: [String: String] = [:]
    ) -> SettingSources {
        var written = WrittenSettings()
        for (key, texts) in flags { written.addFlag(key, texts) }
        var sources = SettingSources(
            configPath: file == nil ? nil : path,
            flags: written,
            environment: environment
        )
        var all = files
        all[path] = file
        sources.readFile = { [all] path in
            all[path].map(Result.success) ?? .failure(FileText.Unreadable(reason: "no such file or directory"))
        }
        return sources
    }

    /// The lines of all errors; empty when the settings are right.
    static func errors(
        file: String? = nil,
        flags: [(SettingKey, [String])] = [],
        environment: [String: String] = [:],
        files: [String: String] = [:]
    ) -> [String] {
        do throws(SettingErrors) {
            _ = try sources(file: file, flags: flags, environment: environment, files: files).turnSettings()
            return []
        } catch {
            return error.errors.map(\.description)
        }
    }
}
