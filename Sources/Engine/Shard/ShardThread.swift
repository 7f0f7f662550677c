internal import CLinux
internal import Glibc

/// A thread of our own for a shard's loop: the loop owns it for as long as the shard lives.
enum ShardThread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    /// Starts a detached thread. The name shows in `top` and `perf`, cut to 15 bytes.
    static func start(name: String, _ run: @escaping @Sendable () -> Void) {
        let body = unsafe Unmanaged.passRetained(Body(run)).toOpaque()
        var thread = pthread_t()
        let result = unsafe pthread_create(&thread, nil, { context in
            guard let context = unsafe context else { return nil }
            // Packets wait for this thread in microseconds: the kernel must not round its sleeps up by its default 50 us.
            _ = linux_prctl(PR_SET_TIMERSLACK, 1)
            unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, body)
        precondition(result == 0, "a shard needs a thread, and the system has none to give")
        unsafe linux_setname(thread, String(name.utf8.prefix(15)))
        pthread_detach(thread)
    }
}
