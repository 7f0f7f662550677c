import ArgumentParser
import Settings

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Judge a configuration without starting anything.",
        discussion: """
            Reads the same flags, environment (MARTLET_TURN_...) and file as `martlet turn`, prints what it understood or \
            every error at once, and exits with 0 or 78.

              martlet check --config /etc/martlet/demo/turn.yaml
            """
    )

    @OptionGroup var options: TurnOptions

    func run() async throws {
        do throws(SettingErrors) {
            let settings = try options.sources.turnSettings()
            for (key, value) in settings.summary {
                print("\(key): \(value)")
            }
            for warning in settings.warnings {
                StandardError.line("warning: \(warning)")
            }
        } catch {
            ConfigurationReport.print(error)
            throw ConfigurationReport.exitCode
        }
    }
}
