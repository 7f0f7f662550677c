import TURN

extension StaticUser {
    /// Parses `NAME:PASSWORD`; the name ends at the first colon. USERNAME holds at most 508 bytes (RFC 8489 section 14.3).
    init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = text[..<colon]
        let password = text[text.index(after: colon)...]
        guard (1...508).contains(name.utf8.count), !password.isEmpty else { return nil }
        self.init(name: String(name), password: String(password))
    }
}
