internal import DTLSSRTP
internal import Wire

/// The TURN clients of a shard that speak DTLS (RFC 7350), and the listener that meets strangers without remembering them.
/// Belongs to the shard's thread.
final class DTLSClients {
    /// One client that has proved its address. A class, because its connection cannot be copied; this path allocates.
    final class Client {
        var connection: Connection
        let fiveTuple: FiveTuple
        /// The UDP listener that it came to.
        let listener: SocketIndex
        /// When it last had an allocation, or came.
        var lastUse: MonotonicTime

        init(_ connection: consuming Connection, _ fiveTuple: FiveTuple, listener: SocketIndex, at now: MonotonicTime) {
            self.connection = connection
            self.fiveTuple = fiveTuple
            self.listener = listener
            self.lastUse = now
        }
    }

    /// Connections of a shard; more are not answered.
    static let capacity = 10_000
    /// Connections whose handshake is not over; more are not answered, so that strangers cost a bounded amount of work.
    static let handshakeCapacity = 256
    /// Between looks at retransmissions and deadlines, while there are connections.
    static let sweepInterval = TimeInterval.milliseconds(100)
    private static let cookieInterval = TimeInterval.seconds(120)

    var clients: [FiveTuple: Client] = [:]
    private var listener: DTLSSRTP.Listener
    private var generator = SystemRandomNumberGenerator()
    private var cookiesRotateAt = MonotonicTime.zero
    private(set) var nextSweep = MonotonicTime.distantFuture

    init(identity: CertificateIdentity) {
        var generator = SystemRandomNumberGenerator()
        listener = DTLSSRTP.Listener(configuration: .listener(identity: identity), using: &generator)
    }

    /// New connections get the new certificate; those that are up go on.
    func replace(_ identity: CertificateIdentity) {
        listener = DTLSSRTP.Listener(configuration: .listener(identity: identity), using: &generator)
    }

    /// Counters of the listener.
    var counters: DTLSSRTP.Listener.Counters { listener.counters }

    /// Takes a datagram of a five-tuple that has no connection.
    ///
    /// - Returns: The new connection, or the bytes of an answer in `reply`, or neither.
    func receive(
        _ datagram: RawSpan,
        over fiveTuple: FiveTuple,
        on socket: SocketIndex,
        at now: MonotonicTime,
        into reply: inout MutableRawSpan
    ) -> (client: Client?, replyByteCount: Int) {
        guard clients.count < Self.capacity else { return (nil, 0) }
        switch listener.receive(datagram, from: fiveTuple.client, at: now, into: &reply, using: &generator) {
        case .none:
            return (nil, 0)
        case .reply(let count):
            return (nil, count)
        case .accepted(let connection):
            guard clients.values.lazy.filter({ !$0.connection.isConnected }).count < Self.handshakeCapacity else {
                return (nil, 0)
            }
            let client = Client(connection, fiveTuple, listener: socket, at: now)
            clients[fiveTuple] = client
            nextSweep = min(nextSweep, now + Self.sweepInterval)
            return (client, 0)
        }
    }

    func remove(_ client: Client) {
        clients[client.fiveTuple] = nil
    }

    /// Plans the next look, and changes the secret of the cookies when it is time.
    func didSweep(at now: MonotonicTime) {
        nextSweep = clients.isEmpty ? .distantFuture : now + Self.sweepInterval
        guard now >= cookiesRotateAt else { return }
        cookiesRotateAt = now + Self.cookieInterval
        listener.rotateCookieSecret(using: &generator)
    }
}
