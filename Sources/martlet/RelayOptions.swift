import ArgumentParser
import Settings

struct RelayOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Address of this machine that relayed packets leave from; one per family. Required, except with --development.",
            valueName: "ip"
        )
    )
    var relayAddress: [String] = []

    @Option(
        help: ArgumentHelp(
            "Ports for relayed transport addresses. No other program may use them. (default: 49152-65535)",
            valueName: "min-max"
        )
    )
    var relayPorts: String?

    @Option(help: ArgumentHelp("Address that clients know this server by; never a peer. Repeatable.", valueName: "ip"))
    var publicIp: [String] = []

    @Option(
        help: ArgumentHelp(
            "A peer that clients may reach, such as 10.0.0.2:20000-20499 or [fd00::2]:20000-20499. Repeatable. Every other peer is refused. Without ports: all of them, with a warning.",
            valueName: "ip[:min-max]"
        )
    )
    var allowPeer: [String] = []

    @Flag(inversion: .prefixedNo, help: "Let --allow-peer name prefixes, such as 10.0.0.0/24:20000-20499.")
    var allowWidePrefix: Bool?

    func write(to written: inout WrittenSettings) {
        written.addFlag(.relayAddress, relayAddress)
        written.addFlag(.relayPorts, relayPorts)
        written.addFlag(.publicIP, publicIp)
        written.addFlag(.allowPeer, allowPeer)
        written.addFlag(.allowWidePrefix, allowWidePrefix)
    }
}
