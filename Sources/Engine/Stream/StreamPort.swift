internal import CLinux
internal import Glibc
internal import Synchronization
internal import Wire

/// The two rings between a shard and the event loop that carries its TCP and TLS clients, and the bells on both ends.
///
/// Each shard has one event loop, so a ring has one writer and one reader.
final class StreamPort: Sendable {
    /// Event loop to shard.
    let toShard = StreamRing()
    /// Shard to event loop.
    let toLoop = StreamRing()
    /// The event loop reads one byte from here when the shard has written.
    let loopBell: CInt
    private let loopBellWriter: CInt
    private let isLoopRung = Atomic<Bool>(false)
    private let isShardRung = Atomic<Bool>(false)
    private let wakeShard: @Sendable () -> Void

    init(wakeShard: @escaping @Sendable () -> Void) throws(SocketError) {
        var ends: (CInt, CInt) = (-1, -1)
        let result = unsafe withUnsafeMutableBytes(of: &ends) { bytes in
            unsafe linux_pipe2(bytes.bindMemory(to: CInt.self).baseAddress, O_NONBLOCK | O_CLOEXEC)
        }
        guard result == 0 else { throw SocketError(call: .pipe) }
        loopBell = ends.0
        loopBellWriter = ends.1
        self.wakeShard = wakeShard
    }

    /// The reading end belongs to the event loop's channel, which closes it.
    deinit { close(loopBellWriter) }

    /// Called by the shard after it wrote into ``toLoop``.
    func ringLoop() {
        guard !isLoopRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 1
        _ = unsafe write(loopBellWriter, &byte, 1)
    }

    /// Called by the event loop before it reads ``toLoop``.
    func answerLoopBell() { isLoopRung.store(false, ordering: .sequentiallyConsistent) }

    /// Called by the event loop after it wrote into ``toShard``.
    func ringShard() {
        guard !isShardRung.exchange(true, ordering: .acquiringAndReleasing) else { return }
        wakeShard()
    }

    /// Called by the shard before it reads ``toShard``.
    func answerShardBell() { isShardRung.store(false, ordering: .sequentiallyConsistent) }
}
