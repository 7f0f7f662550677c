internal import CLinux
internal import DequeModule
internal import Glibc
internal import Synchronization

/// Commands from the control plane to a shard: bounded, and an eventfd wakes the shard's loop.
final class Mailbox<Command: Sendable>: Sendable {
    /// More commands than this wait only where a shard hangs; then who posts is told.
    static var capacity: Int { 1024 }

    /// Readable while commands wait.
    let descriptor: CInt
    private let queue = Mutex<Deque<Command>>([])

    init() throws(SocketError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw SocketError(call: .eventDescriptor) }
    }

    deinit { close(descriptor) }

    /// Returns false when the mailbox is full.
    func post(_ command: Command) -> Bool {
        let accepted = queue.withLock { queue in
            guard queue.count < Self.capacity else { return false }
            queue.append(command)
            return true
        }
        wake()
        return accepted
    }

    /// Makes the loop turn, without a command.
    func wake() {
        var one: UInt64 = 1
        _ = unsafe write(descriptor, &one, 8)
    }

    /// Takes all commands. For the shard's thread only.
    func takeAll() -> Deque<Command> {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, 8)
        return queue.withLock { queue in
            let commands = queue
            queue = []
            return commands
        }
    }
}
