import ArgumentParser
import Settings

struct ProcessOptions: ParsableArguments {
    @Flag(
        inversion: .prefixedNo,
        help: "For trying out: loopback listeners, relay addresses and peers are allowed and the default."
    )
    var development: Bool?

    @Option(
        help: ArgumentHelp(
            "Shards, each a thread with sockets of its own. (default: the number of cores)",
            valueName: "n"
        )
    )
    var shards: String?

    @Option(
        help: ArgumentHelp(
            "Where /metrics and /health are served; off for nowhere. (default: 127.0.0.1:9641)",
            valueName: "addr:port"
        )
    )
    var metricsListen: String?

    @Flag(inversion: .prefixedNo, help: "Let --metrics-listen be an address that is not loopback.")
    var metricsPublic: Bool?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical. (default: info)",
            valueName: "level"
        )
    )
    var logLevel: String?

    @Option(help: ArgumentHelp("Form of the log lines on standard error. (default: text)", valueName: "text|json"))
    var logFormat: String?

    @Option(help: ArgumentHelp("How long SIGTERM waits for the last allocation. (default: 30)", valueName: "seconds"))
    var drainTimeout: String?

    @Option(
        help: ArgumentHelp(
            "What a draining server answers to Allocate; 300 names --alternate-server. (default: 486)",
            valueName: "486|300"
        )
    )
    var drainAnswer: String?

    @Option(help: ArgumentHelp("The server that a draining one sends clients to.", valueName: "addr:port"))
    var alternateServer: String?

    func write(to written: inout WrittenSettings) {
        written.addFlag(.development, development)
        written.addFlag(.shards, shards)
        written.addFlag(.metricsListen, metricsListen)
        written.addFlag(.metricsPublic, metricsPublic)
        written.addFlag(.logLevel, logLevel)
        written.addFlag(.logFormat, logFormat)
        written.addFlag(.drainTimeout, drainTimeout)
        written.addFlag(.drainAnswer, drainAnswer)
        written.addFlag(.alternateServer, alternateServer)
    }
}
