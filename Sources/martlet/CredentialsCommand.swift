import ArgumentParser
import Settings
import TURN

struct CredentialsCommand: AsyncParsableCommand {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json, env
    }

    static let configuration = CommandConfiguration(
        commandName: "credentials",
        abstract: "Make time-limited TURN credentials from a secret.",
        discussion: """
            The user name is `<expiry>:<namespace>[:<user>]`, the password base64(HMAC-SHA1(secret, user name)).

              martlet credentials --auth-secret-file secret --namespace demo --user anna --host turn.example.org
              eval "$(martlet credentials --auth-secret-file secret --namespace demo --format env)"
            """
    )

    @Option(help: ArgumentHelp("The secret itself. Shows in the process list: prefer a file.", valueName: "text"))
    var authSecret: String?

    @Option(help: ArgumentHelp("File with secrets, one per line; the first is used.", valueName: "file"))
    var authSecretFile: String?

    @Option(help: ArgumentHelp("The server's namespace.", valueName: "name"))
    var namespace: String

    @Option(help: ArgumentHelp("Whom the credentials are for; quotas per user count by it.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("How long they are good.", valueName: "seconds"))
    var ttl: UInt64 = 600

    @Option(help: ArgumentHelp("Host or address of the server, for URIs.", valueName: "host"))
    var host: String?

    @Option(help: ArgumentHelp("Port of turn: URIs.", valueName: "port"))
    var port: UInt16 = 3478

    @Option(help: ArgumentHelp("Port of the turns: URI; without it there is none.", valueName: "port"))
    var tlsPort: UInt16?

    @Option(help: ArgumentHelp("text, json, or env for a shell's eval.", valueName: "text|json|env"))
    var format = Format.text

    func validate() throws {
        guard (authSecret == nil) != (authSecretFile == nil) else {
            throw ValidationError("give either --auth-secret or --auth-secret-file")
        }
        guard authSecret != "" else { throw ValidationError("--auth-secret is empty") }
        guard TURNSettings.isNamespace(namespace) else {
            throw ValidationError(
                "--namespace \"\(namespace)\": 1 to 64 letters, digits, dots, hyphens and underscores"
            )
        }
        guard ttl > 0 else { throw ValidationError("--ttl \(ttl): a number of seconds above 0") }
        if let user {
            guard (1...400).contains(user.utf8.count), user.unicodeScalars.allSatisfy({ $0.value >= 0x20 }) else {
                throw ValidationError("--user: 1 to 400 bytes without control characters")
            }
        }
    }

    func run() async throws {
        let secret = try readSecret()
        let printout = CredentialsPrintout(
            credentials: Credentials.mint(
                namespace: namespace,
                user: user,
                lifetimeSeconds: ttl,
                secret: SharedSecret(secret),
                nowUnixSeconds: WallClock.secondsSince1970
            ),
            lifetimeSeconds: ttl,
            uris: uris
        )
        switch format {
        case .text: print(printout.text)
        case .json: print(printout.json)
        case .env: print(printout.environment)
        }
    }

    private func readSecret() throws -> String {
        if let authSecret { return authSecret }
        guard let authSecretFile else { throw ValidationError("give either --auth-secret or --auth-secret-file") }
        do throws(SecretFile.Unusable) {
            return try SecretFile.read(authSecretFile)[0]
        } catch {
            ConfigurationReport.print(
                SettingErrors([
                    SettingError(
                        key: "auth_secret_file",
                        value: authSecretFile,
                        origin: .flag("--auth-secret-file"),
                        expectation: error.expectation
                    )
                ])
            )
            throw ConfigurationReport.exitCode
        }
    }

    private var uris: [String] {
        guard let host else { return [] }
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        var uris = ["udp", "tcp"].map { "turn:\(name):\(port)?transport=\($0)" }
        if let tlsPort { uris.append("turns:\(name):\(tlsPort)?transport=tcp") }
        return uris
    }
}
