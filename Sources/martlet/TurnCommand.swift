import ArgumentParser
import ControlPlane
import Engine
import Logging
import ServiceLifecycle
import Settings

struct TurnCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "turn",
        abstract: "Run the TURN server of one namespace.",
        discussion: """
            Settings come from flags, over the environment (MARTLET_TURN_ALLOW_PEERS for --allow-peer; lists are separated \
            by commas), over a YAML file (allow_peers). Every error is named at start, and the server does not start then.
            SIGHUP reads everything again; SIGTERM waits for the last allocation and ends.

              martlet turn --config /etc/martlet/demo/turn.yaml

              martlet turn --namespace demo --auth-secret-file secret --listen 192.0.2.1:3478 \\
                --relay-address 10.0.0.7 --allow-peer 10.0.0.2:20000-20499
            """
    )

    @OptionGroup var options: TurnOptions

    func run() async throws {
        let sources = options.sources
        let settings: TURNSettings
        do throws(SettingErrors) {
            settings = try sources.turnSettings()
        } catch {
            ConfigurationReport.print(error)
            throw ConfigurationReport.exitCode
        }
        let logger = TurnProcess.logger(settings)
        for warning in settings.warnings {
            logger.log(.warning, "the configuration is unusual", [.configurationWarning: "\(warning)"])
        }
        let server: RelayServer
        do {
            server = try await RelayServer.start(settings, sources: sources, logger: logger)
        } catch let errors as SettingErrors {
            ConfigurationReport.print(errors)
            throw ConfigurationReport.exitCode
        } catch let error as ShardGroup.StartError {
            StandardError.line("error: \(error)")
            throw ExitCode.failure
        }
        try await TurnProcess.run(server, settings: settings, logger: logger)
    }
}
