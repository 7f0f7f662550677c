// The shim through which BoringSSL's test runner drives our DTLS. See scripts/bogo.

import DTLSSRTP
import Foundation
import Wire

let flags = Flags(Array(CommandLine.arguments.dropFirst()))
guard let stream = RunnerStream(port: flags.port, isIPv6: flags.isIPv6, shimID: flags.shimID) else {
    Flags.stop("the runner cannot be reached")
}
var shim = try Shim(flags, stream)
exit(shim.run())
