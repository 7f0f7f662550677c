import ArgumentParser
import Settings

struct ListenerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "TURN over UDP. Repeatable. (default: 0.0.0.0:3478, with TCP, when no listener is given)",
            valueName: "addr:port"
        )
    )
    var listen: [String] = []

    @Option(help: ArgumentHelp("TURN over TCP. Repeatable.", valueName: "addr:port"))
    var tcpListen: [String] = []

    @Option(
        help: ArgumentHelp("TURN over TLS over TCP (turns:). Repeatable. Needs a certificate.", valueName: "addr:port")
    )
    var tlsListen: [String] = []

    @Option(
        help: ArgumentHelp(
            "TURN over DTLS over UDP, and plain UDP beside it. Repeatable. Needs a certificate. (default port: 5349)",
            valueName: "addr[:port]"
        )
    )
    var dtlsListen: [String] = []

    @Option(
        help: ArgumentHelp("Certificate chain, PEM, the server's first. Read again on a reload.", valueName: "file")
    )
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("Private key of the certificate, PEM.", valueName: "file"))
    var tlsKey: String?

    func write(to written: inout WrittenSettings) {
        written.addFlag(.listen, listen)
        written.addFlag(.tcpListen, tcpListen)
        written.addFlag(.tlsListen, tlsListen)
        written.addFlag(.dtlsListen, dtlsListen)
        written.addFlag(.tlsCertificate, tlsCertificate)
        written.addFlag(.tlsKey, tlsKey)
    }
}
