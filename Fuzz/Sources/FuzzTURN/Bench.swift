import STUN
import TURN
import Wire

/// A server and a client that knows its password, so that inputs reach what is behind the authentication.
final class Bench {
    static let clientAddress = TransportAddress(IPAddress(ipv4: 198, 51, 100, 7), port: 5000)
    static let peer = TransportAddress(IPAddress(ipv4: 10, 0, 0, 2), port: 20000)

    var server: Server
    var relay = RelayStub()
    var now = Timestamp(monotonic: MonotonicTime(nanoseconds: 1), unixSeconds: 1_800_000_000)
    let username = "bob"
    let realm = "r"
    let key: IntegrityKey
    private var nonces: [FiveTuple: [UInt8]] = [:]
    private var nextID: UInt64 = 0

    init() throws {
        var configuration = Configuration(
            realm: realm,
            ipv4RelayAddress: IPAddress(ipv4: 10, 0, 0, 1),
            ipv6RelayAddress: IPAddress(ipv6High: 0xFD00 << 48, low: 1),
            credentials: CredentialPolicy(
                secrets: [SharedSecret("s")],
                namespace: "ns",
                staticUsers: [StaticUser(name: username, password: "p")]
            ),
            policy: try PeerPolicy(
                rules: [AllowedPeer("10.0.0.2:20000-20499"), AllowedPeer("[fd00::2]:20000-20499")],
                ownEndpoints: [OwnEndpoint(IPAddress(ipv4: 10, 0, 0, 1), ports: 49152...65535)],
                hasLocalPeers: true
            )
        )
        configuration.allowsDualAllocation = true
        configuration.allowsEvenPortReservation = true
        configuration.replyLimits = ReplyLimits(perPrefixPerSecond: 0, perPrefixBurst: 0, totalPerSecond: 0)
        key = try IntegrityKey.longTerm(
            username: username,
            realm: realm,
            password: "p",
            algorithm: .md5,
            preparedFor: .sha1
        )
        var generator = SystemRandomNumberGenerator()
        server = Server(configuration: configuration, shared: SharedState(using: &generator))
    }

    static func fiveTuple(_ selector: UInt8) -> FiveTuple {
        let transports = TransportProtocol.allCases
        return FiveTuple(
            transport: transports[Int(selector) % transports.count],
            client: clientAddress,
            server: TransportAddress(IPAddress(ipv4: 203, 0, 113, 1), port: 3478)
        )
    }

    @discardableResult
    func receive(_ message: RawSpan, over fiveTuple: FiveTuple) -> ReceiveAction {
        let action = server.receive(message, over: fiveTuple, at: now, relay: &relay)
        if case .relay(_, let peer, let payload, _, let mustBeLocal) = action {
            precondition(
                payload.lowerBound >= 0 && payload.upperBound <= message.byteCount,
                "a payload is in its message"
            )
            precondition(mustBeLocal || (20000...20499).contains(peer.port), "only the policy's peers are reached")
        }
        return action
    }

    /// An authentic request with attributes taken from `attributes`: type, length and value, one after the other.
    func request(_ method: STUN.Method, _ attributes: RawSpan, over fiveTuple: FiveTuple) {
        let nonce = nonces[fiveTuple] ?? challenge(fiveTuple)
        let message = make(method, attributes, nonce)
        let action = receive(message.rawSpan, over: fiveTuple)
        guard case .respond(let count) = action else { preconditionFailure("an authentic request is answered") }
        precondition(count >= 20, "with a message")
    }

    private func challenge(_ fiveTuple: FiveTuple) -> [UInt8] {
        let none: [UInt8] = []
        let question = make(.refresh, none.rawSpan, nil)
        receive(question.rawSpan, over: fiveTuple)
        let nonce = Self.nonce(of: server)
        nonces[fiveTuple] = nonce
        return nonce
    }

    private static func nonce(of server: borrowing Server) -> [UInt8] {
        do throws(STUNError) {
            let view = try MessageView(parsing: server.response)
            return view.first(.nonce)?.array() ?? []
        } catch { preconditionFailure("a response is a message") }
    }

    /// Forgets the nonces, for when time has passed.
    func forgetNonces() {
        nonces = [:]
    }

    private func make(_ method: STUN.Method, _ attributes: RawSpan, _ nonce: [UInt8]?) -> [UInt8] {
        nextID &+= 1
        var memory = [UInt8](repeating: 0, count: attributes.byteCount * 2 + 512)
        var count = 0
        do {
            var span = memory.mutableSpan
            var writer = try MessageWriter(
                unsafe span.mutableBytes,
                .request,
                method,
                transactionID: TransactionID(high: 1, low: nextID)
            )
            if let nonce {
                try writer.write(.username, text: username)
                try writer.write(.realm, text: realm)
                try writer.write(.nonce, nonce.rawSpan)
                var offset = 0
                while attributes.byteCount - offset >= 2 {
                    let type = AttributeType(rawValue: UInt16(attributes.loadUInt8(at: offset)))
                    let length = min(Int(attributes.loadUInt8(at: offset + 1)), attributes.byteCount - offset - 2)
                    // The library does not write these two by hand.
                    if type != .messageIntegrity, type != .messageIntegritySHA256 {
                        try writer.write(type, attributes.extracting(offset + 2..<offset + 2 + length))
                    }
                    offset += 2 + length
                }
                try writer.writeIntegrity(.sha1, key: key)
            }
            count = try writer.finish()
        } catch { count = 0 }
        return Array(memory[..<count])
    }
}
