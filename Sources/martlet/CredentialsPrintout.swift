import TURN

/// What `martlet credentials` prints.
struct CredentialsPrintout {
    let credentials: Credentials
    let lifetimeSeconds: UInt64
    let uris: [String]

    var text: String {
        var lines = [
            "username: \(credentials.username)", "password: \(credentials.password)", "ttl: \(lifetimeSeconds)",
        ]
        lines += uris.map { "uri: \($0)" }
        return lines.joined(separator: "\n")
    }

    /// The body that a gateway hands out: `username`, `password`, `ttl`, `uris`.
    var json: String {
        let list = uris.map(Self.quotedForJSON).joined(separator: ",")
        return
            "{\"username\":\(Self.quotedForJSON(credentials.username)),\"password\":\"\(credentials.password)\",\"ttl\":\(lifetimeSeconds),\"uris\":[\(list)]}"
    }

    /// Assignments for a POSIX shell.
    var environment: String {
        [
            "TURN_USERNAME=\(Self.quotedForShell(credentials.username))",
            "TURN_PASSWORD=\(Self.quotedForShell(credentials.password))",
            "TURN_TTL=\(lifetimeSeconds)",
            "TURN_URIS=\(Self.quotedForShell(uris.joined(separator: ",")))",
        ].joined(separator: "\n")
    }

    /// Control characters were refused before.
    private static func quotedForJSON(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }

    private static func quotedForShell(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }
}
