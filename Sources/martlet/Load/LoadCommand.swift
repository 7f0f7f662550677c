import ArgumentParser

struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Put a load on a server and measure it.",
        subcommands: [LoadTurnCommand.self]
    )
}
