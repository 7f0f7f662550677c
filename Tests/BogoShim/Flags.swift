import DTLSSRTP
import Foundation
import Wire

/// What the runner asks for. What is not understood is not implemented, which the runner wants to hear as exit code 89.
struct Flags {
    static let unimplemented: Int32 = 89

    var port: UInt16 = 0
    var shimID: UInt64 = 0
    var isIPv6 = false
    var isServer = false
    var isDTLS = false
    var certificateFile: String?
    var keyFile: String?
    var minimumVersion = ProtocolVersion.dtls12
    var maximumVersion = ProtocolVersion.dtls13
    var disabledVersions: Set<ProtocolVersion> = []
    var expectedVersion: UInt16?
    var expectedGroup: UInt16?
    var groups: [NamedGroup] = []
    var keyShares: [NamedGroup]?
    var srtpProfiles: [SRTPProtectionProfile] = []
    var wantsPeerCertificate = false
    var requiresPeerCertificate = false
    var writesFirst = false
    var shutsDown = false
    var checksCloseNotify = false
    var mtu: Int?
    var initialTimeoutMilliseconds: Int64 = 400

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let flag = rest.popFirst() {
            switch flag {
            case "-is-handshaker-supported":
                print("No")
                exit(0)
            case "-port": port = Self.number(rest.popFirst())
            case "-shim-id": shimID = Self.number(rest.popFirst())
            case "-ipv6": isIPv6 = true
            case "-server": isServer = true
            case "-dtls": isDTLS = true
            case "-cert-file": certificateFile = rest.popFirst()
            case "-key-file": keyFile = rest.popFirst()
            case "-min-version": minimumVersion = Self.version(rest.popFirst(), ifOlder: .dtls12)
            case "-max-version": maximumVersion = Self.version(rest.popFirst(), ifOlder: nil)
            case "-no-tls13": disabledVersions.insert(.dtls13)
            case "-no-tls12": disabledVersions.insert(.dtls12)
            case "-expect-version": expectedVersion = Self.number(rest.popFirst())
            case "-expect-curve-id": expectedGroup = Self.number(rest.popFirst())
            case "-curves": groups.append(Self.group(rest.popFirst()))
            case "-key-shares": keyShares = (keyShares ?? []) + [Self.group(rest.popFirst())]
            case "-no-key-shares": keyShares = []
            case "-srtp-profiles": srtpProfiles = Self.profiles(rest.popFirst())
            case "-verify-peer": wantsPeerCertificate = true
            case "-require-any-client-certificate": requiresPeerCertificate = true
            case "-shim-writes-first": writesFirst = true
            case "-shim-shuts-down": shutsDown = true
            case "-check-close-notify": checksCloseNotify = true
            case "-mtu": mtu = Self.number(rest.popFirst())
            case "-initial-timeout-duration-ms": initialTimeoutMilliseconds = Self.number(rest.popFirst())
            // How the library is called, and versions that never were here: nothing to do.
            case "-async", "-implicit-handshake", "-use-custom-verify-callback", "-no-tls11", "-no-tls1",
                "-expect-extended-master-secret", "-expect-secure-renegotiation", "-no-ticket":
                break
            case "-trust-cert", "-handshaker-path", "-write-settings": _ = rest.popFirst()
            default: Self.stop(flag)
            }
        }
        guard isDTLS else { Self.stop("TLS") }
    }

    static func stop(_ what: String) -> Never {
        FileHandle.standardError.write(Data("not implemented: \(what)\n".utf8))
        exit(unimplemented)
    }

    private static func number<Number: FixedWidthInteger>(_ text: String?) -> Number {
        guard let value = text.flatMap({ Number($0) }) else { stop("number \(text ?? "")") }
        return value
    }

    private static func version(_ text: String?, ifOlder older: ProtocolVersion?) -> ProtocolVersion {
        guard let version = ProtocolVersion(rawValue: number(text)) ?? older else { stop("older versions") }
        return version
    }

    private static func group(_ text: String?) -> NamedGroup {
        guard let group = NamedGroup(rawValue: number(text)) else { stop("group \(text ?? "")") }
        return group
    }

    private static func profiles(_ text: String?) -> [SRTPProtectionProfile] {
        (text ?? "").split(separator: ":").map { name in
            switch name {
            case "SRTP_AEAD_AES_128_GCM": .aeadAES128GCM
            case "SRTP_AEAD_AES_256_GCM": .aeadAES256GCM
            case "SRTP_AES128_CM_SHA1_80": .aes128CMHMACSHA1Tag80
            default: stop("profile \(name)")
            }
        }
    }

    /// The configuration that the flags describe.
    func configuration() throws -> Configuration {
        var identity: CertificateIdentity?
        if let certificateFile, let keyFile {
            do throws(CertificateIdentityError) {
                identity = try CertificateIdentity(
                    pemChain: (try? String(contentsOfFile: certificateFile, encoding: .utf8)) ?? "",
                    pemKey: (try? String(contentsOfFile: keyFile, encoding: .utf8)) ?? ""
                )
            } catch {
                Self.stop("certificate \(error)")
            }
        }
        var configuration = Configuration.listenerClient()
        configuration.role = isServer ? .server : .client
        configuration.identity = identity
        configuration.applicationProtocols = []
        configuration.versions = Set(
            ProtocolVersion.allCases.filter {
                $0.rawValue <= minimumVersion.rawValue && $0.rawValue >= maximumVersion.rawValue
            }
        ).subtracting(disabledVersions)
        if configuration.versions.isEmpty { Self.stop("older versions") }
        if !groups.isEmpty {
            configuration.groups = groups
            configuration.keyShareGroups = [groups[0]]
        }
        if let keyShares { configuration.keyShareGroups = keyShares }
        configuration.srtpProfiles = srtpProfiles
        if isServer, requiresPeerCertificate { configuration.peerAuthentication = .fingerprint }
        if isServer, wantsPeerCertificate, !requiresPeerCertificate { Self.stop("optional client certificates") }
        configuration.maximumDatagramSize = max(256, mtu ?? 20000)
        configuration.initialRetransmissionTimeout = .milliseconds(initialTimeoutMilliseconds)
        configuration.handshakeTimeout = .seconds(1_000_000)
        return configuration
    }
}
