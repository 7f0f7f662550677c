import ArgumentParser

/// The command line. Exit codes follow sysexits(3): 64 for wrong usage, 78 for a wrong configuration.
@main
struct Martlet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "A WebRTC media plane: a TURN server that relays to your media servers and to nothing else.",
        discussion: """
            Make credentials, check a configuration, run the server:

              martlet credentials --auth-secret-file secret --namespace demo
              martlet check --config /etc/martlet/demo/turn.yaml
              martlet turn --config /etc/martlet/demo/turn.yaml
            """,
        version: Version.current,
        subcommands: [TurnCommand.self, CheckCommand.self, CredentialsCommand.self]
    )
}
