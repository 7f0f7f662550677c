import ArgumentParser
import Settings

/// How commands tell that a configuration is wrong.
enum ConfigurationReport {
    /// EX_CONFIG of sysexits(3).
    static let exitCode = ExitCode(78)

    static func print(_ errors: SettingErrors) {
        for error in errors.errors {
            StandardError.line("error: \(error)")
        }
        StandardError.line(
            errors.errors.count == 1
                ? "1 error in the configuration" : "\(errors.errors.count) errors in the configuration"
        )
    }
}
