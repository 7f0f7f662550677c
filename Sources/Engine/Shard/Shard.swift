internal import DTLSSRTP
internal import DequeModule
internal import TURN
internal import Wire

/// The handle of a shard for the control plane: the loop itself lives on a thread of its own.
final class Shard: Sendable {
    private let mailbox: Mailbox<ShardCommand>
    let streams: StreamPort?

    /// Moves the loop to the thread that runs it.
    ///
    /// `@unchecked Sendable`: the thread that made it never looks at it again, and the shard's thread takes the loop once.
    private final class Cargo: @unchecked Sendable {
        var loop: ShardLoop?
        init(_ loop: consuming ShardLoop) { self.loop = consume loop }
    }

    init(
        index: Int,
        listeners: consuming UniqueDeque<DatagramSocket>,
        server: consuming Server,
        servesStreams: Bool,
        identity: CertificateIdentity?
    ) throws(SocketError) {
        let mailbox = try Mailbox<ShardCommand>()
        let streams = servesStreams ? try StreamPort(wakeShard: { mailbox.wake() }) : nil
        var network = try ShardNetwork()
        while let socket = listeners.popFirst() {
            let namesSource = socket.localAddress.ip.isUnspecified
            _ = try network.datagrams.add(socket, role: .listener, namesSource: namesSource)
        }
        let loop = try ShardLoop(
            network: network,
            turn: TURNService(server: server, streams: streams, dtls: identity.map { DTLSClients(identity: $0) }),
            mailbox: mailbox
        )
        self.mailbox = mailbox
        self.streams = streams
        let cargo = Cargo(loop)
        ShardThread.start(name: "shard-\(index)") {
            guard var loop = cargo.loop.take() else { return }
            loop.run()
        }
    }

    func snapshot() async -> ShardSnapshot? {
        await withCheckedContinuation { reply in
            if !mailbox.post(.snapshot(reply)) { reply.resume(returning: nil) }
        }
    }

    func reconfigure(_ configuration: TURN.Configuration, identity: CertificateIdentity?) async {
        await withCheckedContinuation { reply in
            if !mailbox.post(.reconfigure(configuration, identity, reply)) { reply.resume() }
        }
    }

    func beginDrain(answering answer: DrainAnswer) async {
        await withCheckedContinuation { reply in
            if !mailbox.post(.drain(answer, reply)) { reply.resume() }
        }
    }

    func stop() async {
        await withCheckedContinuation { reply in
            if !mailbox.post(.stop(reply)) { reply.resume() }
        }
    }
}
