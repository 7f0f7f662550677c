import AllocationCounter
import Client
import Engine
import Glibc
import STUN
import TURN
import Wire

/// A real shard between two sockets: a client with an allocation and a peer.
final class RelayRig {
    enum Encapsulation {
        case channel
        case indication
    }

    private static let window = 16
    static let payloadByteCount = 1200

    private let group: ShardGroup
    private let serverPort: UInt16
    private let client = LoopbackSocket()
    private let peer = LoopbackSocket()
    private var machine: TURNClient
    private var relayedPort: UInt16 = 0
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65536, alignment: 16)
    private let payload = UnsafeMutableRawBufferPointer.allocate(byteCount: payloadByteCount, alignment: 16)
    private var message: Range<Int>
    private let messageMemory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)

    init(_ encapsulation: Encapsulation) async throws {
        serverPort = LoopbackSocket.freePort()
        let policy = try PeerPolicy(
            rules: [AllowedPeer("127.0.0.1:\(peer.port)")],
            ownEndpoints: [],
            allowsWidePrefixes: false,
            isDevelopment: true
        )
        var generator = SystemRandomNumberGenerator()
        let user = StaticUser(name: "bench", password: "mark")
        var configuration = ShardGroup.Configuration(
            turn: TURN.Configuration(
                realm: "bench",
                ipv4RelayAddress: IPAddress(ipv4: 127, 0, 0, 1),
                credentials: CredentialPolicy(secrets: [], namespace: "bench", staticUsers: [user], judgesExpiryAtRefresh: false),
                policy: policy
            ),
            shared: SharedState(relayPorts: 50000...59999, using: &generator)
        )
        configuration.udpListeners = [TransportAddress(IPAddress(ipv4: 127, 0, 0, 1), port: serverPort)]
        group = try await ShardGroup.start(configuration)
        machine = TURNClient(try TURNClientConfiguration(username: "bench", password: "mark"))
        message = 0..<0
        payload.initializeMemory(as: UInt8.self, repeating: 0x55)
        try setUp(encapsulation)
    }

    deinit {
        buffer.deallocate()
        payload.deallocate()
        messageMemory.deallocate()
    }

    func stop() async { await group.stop() }

    struct SetupFailure: Error {}

    private func setUp(_ encapsulation: Encapsulation) throws {
        var generator = SystemRandomNumberGenerator()
        var now = MonotonicClock.now()
        machine.allocate(at: now)
        for _ in 0..<100 {
            while true {
                var memory = [UInt8](repeating: 0, count: TURNClient.maximumRequestByteCount)
                var span = memory.mutableSpan
                guard let count = machine.nextTransmit(into: span.mutableBytes, using: &generator) else { break }
                memory.withUnsafeBytes { client.send(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: serverPort) }
            }
            let count = client.receive(into: buffer)
            guard count > 0 else { throw SetupFailure() }
            now = MonotonicClock.now()
            let bytes = Array(buffer[..<count])
            _ = machine.receive(bytes.rawSpan, at: now)
            while let event = machine.nextEvent() {
                switch event {
                case .allocated(let relayed, _, _):
                    relayedPort = relayed.port
                    if encapsulation == .channel {
                        machine.bindChannel(to: peer.transportAddress, at: now)
                    } else {
                        machine.createPermission(for: peer.transportAddress.ip, at: now)
                    }
                case .channelBound, .permissionCreated:
                    var span = MutableRawSpan(_unsafeBytes: messageMemory)
                    span.zero(0..<2048)
                    guard let range = machine.wrap(64..<64 + Self.payloadByteCount, in: &span, to: peer.transportAddress)
                    else { throw SetupFailure() }
                    message = range
                    return
                default:
                    throw SetupFailure()
                }
            }
        }
        throw SetupFailure()
    }

    /// Relays `count` datagrams from the client to the peer. Returns how many arrived.
    func relayToPeer(_ count: Int) -> Int {
        exchange(count, send: { client.send(UnsafeRawBufferPointer(rebasing: messageMemory[message]), to: serverPort) }, receiver: peer)
    }

    /// Relays `count` datagrams from the peer to the client. Returns how many arrived.
    func relayToClient(_ count: Int) -> Int {
        exchange(count, send: { peer.send(UnsafeRawBufferPointer(payload), to: relayedPort) }, receiver: client)
    }

    private func exchange(_ count: Int, send: () -> Void, receiver: LoopbackSocket) -> Int {
        var arrived = 0
        var sent = 0
        while sent < count {
            let batch = min(Self.window, count - sent)
            for _ in 0..<batch { send() }
            sent += batch
            for _ in 0..<batch {
                guard receiver.receive(into: buffer) > 0 else { return arrived }
                arrived += 1
            }
        }
        return arrived
    }
}
