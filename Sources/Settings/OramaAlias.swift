/// The keys of an Orama TURN file that mean one of ours. `public_ip`, `realm`, `auth_secret` and `namespace` are ours as
/// they stand.
enum OramaAlias: String, CaseIterable {
    case listenAddress = "listen_addr"
    case secondListenAddress = "tls_listen_addr"
    case turnsListenAddress = "turns_listen_addr"
    case certificatePath = "tls_cert_path"
    case keyPath = "tls_key_path"
    case relayPortStart = "relay_port_start"
    case relayPortEnd = "relay_port_end"

    enum Meaning: Equatable {
        case setting(SettingKey)
        case firstRelayPort
        case lastRelayPort
    }

    /// What the key means. `tls_listen_addr` is older than TLS there: without a certificate in the same file it is a second
    /// plain UDP listener.
    func meaning(hasCertificate: Bool) -> Meaning {
        switch self {
        case .listenAddress: .setting(.listen)
        case .secondListenAddress: .setting(hasCertificate ? .tlsListen : .listen)
        case .turnsListenAddress: .setting(.tlsListen)
        case .certificatePath: .setting(.tlsCertificate)
        case .keyPath: .setting(.tlsKey)
        case .relayPortStart: .firstRelayPort
        case .relayPortEnd: .lastRelayPort
        }
    }

    /// `relay_port_start` and `relay_port_end`, which are one setting of ours.
    struct RelayPorts {
        var first: WrittenValue?
        var last: WrittenValue?

        /// The range as text, an error when one half is missing, nil when both are.
        func joined() -> Result<WrittenValue, SettingError>? {
            switch (first, last) {
            case (nil, nil): nil
            case (let first?, let last?): .success(WrittenValue("\(first.text)-\(last.text)", origin: first.origin))
            case (let first?, nil):
                .failure(
                    SettingError(
                        key: OramaAlias.relayPortEnd.rawValue,
                        expectation: "the last relay port beside relay_port_start \(first.text)"
                    )
                )
            case (nil, let last?):
                .failure(
                    SettingError(
                        key: OramaAlias.relayPortStart.rawValue,
                        expectation: "the first relay port beside relay_port_end \(last.text)"
                    )
                )
            }
        }
    }
}
