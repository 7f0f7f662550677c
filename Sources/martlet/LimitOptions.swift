import ArgumentParser
import Settings

struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Allocations of one user: the part of the user name behind the namespace. (default: 0)",
            valueName: "n"
        )
    )
    var userQuota: String?

    @Option(
        help: ArgumentHelp(
            "Allocations of one source address. An office behind one NAT is one source. (default: 0)",
            valueName: "n"
        )
    )
    var sourceQuota: String?

    @Option(help: ArgumentHelp("Allocations in all. (default: 0)", valueName: "n"))
    var totalQuota: String?

    @Option(help: ArgumentHelp("Bits per second of one allocation, each direction. (default: 0)", valueName: "n"))
    var maxBps: String?

    @Option(help: ArgumentHelp("Bits per second of all allocations, each direction. (default: 0)", valueName: "n"))
    var totalMaxBps: String?

    @Option(help: ArgumentHelp("Permissions of one allocation, 1-1024. (default: 32)", valueName: "n"))
    var maxPermissions: String?

    @Option(help: ArgumentHelp("Channels of one allocation, 1-1024. (default: 32)", valueName: "n"))
    var maxChannels: String?

    @Option(help: ArgumentHelp("Longest lifetime of an allocation, 600-3600. (default: 3600)", valueName: "seconds"))
    var maxLifetime: String?

    @Option(help: ArgumentHelp("TCP and TLS connections in all. (default: 10000)", valueName: "n"))
    var maxConnections: String?

    @Option(help: ArgumentHelp("TCP and TLS connections of one source address. (default: 0)", valueName: "n"))
    var maxConnectionsPerSource: String?

    func write(to written: inout WrittenSettings) {
        written.addFlag(.userQuota, userQuota)
        written.addFlag(.sourceQuota, sourceQuota)
        written.addFlag(.totalQuota, totalQuota)
        written.addFlag(.maxBitsPerSecond, maxBps)
        written.addFlag(.totalMaxBitsPerSecond, totalMaxBps)
        written.addFlag(.maxPermissions, maxPermissions)
        written.addFlag(.maxChannels, maxChannels)
        written.addFlag(.maxLifetime, maxLifetime)
        written.addFlag(.maxConnections, maxConnections)
        written.addFlag(.maxConnectionsPerSource, maxConnectionsPerSource)
    }
}
