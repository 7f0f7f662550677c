import STUN
import Wire

/// Writes the answers that a test wants a server to give.
struct ScriptedServer {
    static let realm = "example.org"
    static let username = "user"
    static let password = "pass"

    var nonce = "nonce-1"
    /// Set for a server of RFC 8489.
    var offered: PasswordAlgorithms?

    /// A nonce whose cookie claims what this server does.
    static func modern(
        _ algorithms: [PasswordAlgorithm],
        features: SecurityFeatures = .passwordAlgorithms
    ) -> ScriptedServer {
        var server = ScriptedServer()
        var offered = PasswordAlgorithms()
        for algorithm in algorithms { offered.append(algorithm) }
        server.offered = offered
        let cookies: [UInt32: String] = [0: "AAAA", 1: "AAAB", 2: "AAAC", 3: "AAAD"]
        server.nonce = "obMatJos2" + (cookies[features.rawValue] ?? "AAAA") + "nonce-1"
        return server
    }

    var integrity: IntegrityAlgorithm { offered == nil ? .sha1 : .sha256 }

    func key(_ password: String = Self.password) throws(STUNError) -> IntegrityKey {
        try IntegrityKey.longTerm(
            username: Self.username,
            realm: Self.realm,
            password: password,
            algorithm: offered?.preferred ?? .md5,
            preparedFor: integrity
        )
    }

    /// An answer to `request`; authentic unless `isSigned` says otherwise.
    func respond(
        to request: Request,
        _ error: ErrorCode? = nil,
        isSigned: Bool = true,
        password: String = Self.password,
        _ body: (inout MessageWriter) throws(STUNError) -> Void = { (_: inout MessageWriter) throws(STUNError) in }
    ) throws(STUNError) -> [UInt8] {
        var memory = [UInt8](repeating: 0, count: 1024)
        let count: Int
        do {
            var span = memory.mutableSpan
            var writer = try MessageWriter(
                unsafe span.mutableBytes,
                error == nil ? .successResponse : .errorResponse,
                request.method,
                transactionID: request.id
            )
            if let error { try writer.write(error) }
            try body(&writer)
            if isSigned { try writer.writeIntegrity(integrity, key: try key(password)) }
            count = try writer.finish()
        }
        return Array(memory.prefix(count))
    }

    /// 401 or 438 with what a client needs.
    func challenge(_ request: Request, _ error: ErrorCode = .unauthenticated) throws(STUNError) -> [UInt8] {
        try respond(to: request, error, isSigned: false) { writer throws(STUNError) in
            try writer.write(.realm, text: Self.realm)
            try writer.write(.nonce, text: nonce)
            if let offered { try writer.write(offered) }
        }
    }

    func allocated(_ request: Request, seconds: UInt32 = 600) throws(STUNError) -> [UInt8] {
        try respond(to: request) { writer throws(STUNError) in
            try writer.write(XorRelayedAddress(ClientLab.relayed))
            try writer.write(XorMappedAddress(ClientLab.mapped))
            try writer.write(Lifetime(seconds: seconds))
        }
    }

    func refreshed(_ request: Request, seconds: UInt32 = 600) throws(STUNError) -> [UInt8] {
        try respond(to: request) { writer throws(STUNError) in try writer.write(Lifetime(seconds: seconds)) }
    }
}
