/// Where a connection stands: one case for each role and version, and what comes after the handshake.
///
///     client: ClientStart --ServerHello--> Client12 | Client13 --Finished--> Established12 | Established13
///     server: ServerStart --ClientHello--> Server12 | Server13 --Finished--> Established12 | Established13
enum HandshakeMachine: Sendable {
    case clientStart(ClientStart)
    case client12(Client12)
    case client13(Client13)
    case serverStart(ServerStart)
    case server12(Server12)
    case server13(Server13)
    case established12
    case established13(Established13)
    /// Closed or failed.
    case ended

    /// Takes the next handshake message and says where the connection stands then.
    func receive(_ message: HandshakeMessage, _ context: inout HandshakeContext) throws(DTLSError) -> HandshakeMachine {
        switch self {
        case .clientStart(let machine): try machine.receive(message, &context)
        case .client12(let machine): try machine.receive(message, &context)
        case .client13(let machine): try machine.receive(message, &context)
        case .serverStart(let machine): try machine.receive(message, &context)
        case .server12(let machine): try machine.receive(message, &context)
        case .server13(let machine): try machine.receive(message, &context)
        case .established13(let machine): try machine.receive(message, &context)
        // Version 1.2 has nothing after the handshake: tickets are not asked for, renegotiation is refused.
        case .established12, .ended: self
        }
    }

    var isEstablished: Bool {
        switch self {
        case .established12, .established13: true
        default: false
        }
    }
}
