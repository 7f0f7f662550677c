import STUN
import TURN
import Testing
import Wire

/// A client that knows its credentials and asks a lab's server.
struct Client {
    var fiveTuple: FiveTuple
    var username: String
    var password: String
    var realm = Lab.realm
    var nonce: [UInt8] = []
    /// Set to speak RFC 8489: PASSWORD-ALGORITHMS is sent back with it.
    var passwordAlgorithm: PasswordAlgorithm?
    var integrity: [IntegrityAlgorithm] = [.sha1]
    var usesUserHash = false
    var usesFingerprint = false

    init(_ fiveTuple: FiveTuple = Lab.fiveTuple(), user: String? = "alice", lifetimeSeconds: UInt64 = 600) {
        let credentials = Credentials.mint(
            namespace: "ns",
            user: user,
            lifetimeSeconds: lifetimeSeconds,
            secret: Lab.secret,
            nowUnixSeconds: Lab.startUnixSeconds
        )
        self.init(fiveTuple, username: credentials.username, password: credentials.password)
    }

    init(_ fiveTuple: FiveTuple = Lab.fiveTuple(), username: String, password: String) {
        self.fiveTuple = fiveTuple
        self.username = username
        self.password = password
    }

    func key() throws -> IntegrityKey {
        try IntegrityKey.longTerm(
            username: username,
            realm: realm,
            password: password,
            algorithm: passwordAlgorithm ?? .md5,
            preparedFor: integrity.last ?? .sha1
        )
    }

    /// The attributes of the long-term credential mechanism.
    func credentialAttributes() throws -> [TestAttribute] {
        var attributes: [TestAttribute] = []
        if usesUserHash {
            attributes.append(TestAttribute(try UserHash(username: username, realm: realm)))
        } else {
            attributes.append(TestAttribute(.username, username))
        }
        attributes.append(TestAttribute(.realm, realm))
        attributes.append(TestAttribute(.nonce, nonce))
        if let passwordAlgorithm {
            attributes.append(TestAttribute(PasswordAlgorithms.supported))
            attributes.append(TestAttribute(passwordAlgorithm))
        }
        return attributes
    }

    func message(
        _ method: STUN.Method,
        _ attributes: [TestAttribute],
        _ transactionID: TransactionID
    ) throws -> [UInt8] {
        let credentials = try credentialAttributes()
        return TestMessage.make(
            .request,
            method,
            transactionID,
            attributes + credentials,
            TestMessage.Protection(algorithms: integrity, key: try key()),
            fingerprint: usesFingerprint
        )
    }

    /// Gets a nonce.
    mutating func challenge(_ lab: Lab) throws {
        let request = TestMessage.make(.request, .allocate, lab.transactionID(), [.udp])
        let reply = try #require(lab.reply(request, over: fiveTuple))
        try #require(reply.error == 401)
        nonce = try #require(reply.nonce)
    }

    /// An authenticated request, without a second try.
    func request(
        _ lab: Lab,
        _ method: STUN.Method,
        _ attributes: [TestAttribute] = [],
        id: TransactionID? = nil
    ) throws -> Reply {
        let transactionID = id ?? lab.transactionID()
        let bytes = try message(method, attributes, transactionID)
        return try #require(lab.reply(bytes, over: fiveTuple))
    }

    /// Gets a nonce and an allocation.
    @discardableResult
    mutating func allocate(_ lab: Lab, _ attributes: [TestAttribute] = [.udp]) throws -> Reply {
        try challenge(lab)
        let reply = try request(lab, .allocate, attributes)
        try #require(reply.isSuccess, "error \(reply.error ?? 0)")
        return reply
    }

    @discardableResult
    func permit(_ lab: Lab, _ peers: String...) throws -> Reply {
        try request(lab, .createPermission, peers.map { .peer($0) })
    }

    @discardableResult
    func bind(_ lab: Lab, _ channel: UInt16, to peer: String) throws -> Reply {
        try request(lab, .channelBind, [.channel(channel), .peer(peer)])
    }

    /// A Send indication.
    func send(_ lab: Lab, to peer: String, _ data: [UInt8], _ extra: [TestAttribute] = []) -> ReceiveAction {
        let message = TestMessage.make(.indication, .send, lab.transactionID(), [.peer(peer), .data(data)] + extra)
        return lab.receive(message, over: fiveTuple)
    }
}
