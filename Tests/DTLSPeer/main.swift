// One DTLS association over loopback, for tests against other implementations.
//
//     DTLSPeer client|server|listener PORT [--versions 1.2,1.3] [--fingerprint "sha-256 .."]
//              [--certificate FILE --key FILE] [--profiles 1,7,8] [--mtu BYTES] [--send TEXT]
//
// Prints a line for each thing that happens: "fingerprint", "listening", "connected", "data", "closed", "failed". A server
// sends back what it receives. The process ends when the association has ended, or after 20 seconds.

import DTLSSRTP
import Foundation
import Wire

func usage(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("DTLSPeer: \(reason)\n".utf8))
    exit(2)
}

var options: [String: String] = [:]
var arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count >= 2, let port = UInt16(arguments[1]) else { usage("a role and a port are needed") }
let role = arguments[0]
arguments.removeFirst(2)
while arguments.count >= 2, arguments[0].hasPrefix("--") {
    options[String(arguments[0].dropFirst(2))] = arguments[1]
    arguments.removeFirst(2)
}
guard arguments.isEmpty else { usage("\(arguments[0]) is not understood") }

let identity: CertificateIdentity
if let certificate = options["certificate"], let key = options["key"] {
    identity = try CertificateIdentity(
        pemChain: String(contentsOfFile: certificate, encoding: .utf8),
        pemKey: String(contentsOfFile: key, encoding: .utf8)
    )
} else {
    identity = try CertificateIdentity.selfSigned(unixSeconds: UInt64(Date().timeIntervalSince1970))
}
var configuration: Configuration =
    switch role {
    case "client": .media(role: .client, identity: identity)
    case "server": .media(role: .server, identity: identity)
    case "listener": .listener(identity: identity)
    default: usage("\(role) is no role")
    }
if let versions = options["versions"] {
    configuration.versions = Set(versions.split(separator: ",").map { $0 == "1.2" ? .dtls12 : .dtls13 })
}
if let profiles = options["profiles"] {
    configuration.srtpProfiles = profiles.split(separator: ",").compactMap {
        UInt16($0).flatMap(SRTPProtectionProfile.init(rawValue:))
    }
}
if let size = options["mtu"].flatMap({ Int($0) }) { configuration.maximumDatagramSize = size }

var runner = try Runner(role: role, port: port, configuration: configuration, greeting: options["send"])
if let text = options["fingerprint"] {
    guard let fingerprint = Fingerprint(text) else { usage("\(text) is no fingerprint") }
    runner.fingerprint = fingerprint
}
print("fingerprint \(identity.fingerprint())")
runner.run()
