internal import CLinux
internal import Glibc

/// An epoll set, level-triggered: what was not drained in one turn comes up again in the next.
@safe package struct Poller: ~Copyable {
    /// Ready descriptors taken from the kernel at once.
    package static let eventCapacity = 256

    private let descriptor: CInt
    private let memory: PageMemory
    private let events: UnsafeMutablePointer<epoll_event>

    package init() throws(SocketError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SocketError(call: .epollCreate) }
        memory = unsafe PageMemory(byteCount: Self.eventCapacity * MemoryLayout<epoll_event>.stride)
        unsafe events = unsafe memory.bind(epoll_event.self, capacity: Self.eventCapacity)
    }

    deinit { close(descriptor) }

    /// Watches for something to read; `token` comes back with the event.
    package borrowing func add(_ watched: CInt, token: UInt64) throws(SocketError) {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue
        unsafe event.data.u64 = token
        guard unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 else {
            throw SocketError(call: .epollControl)
        }
    }

    /// Waits up to `milliseconds` (-1: for ever) and returns the number of ready descriptors.
    package borrowing func wait(milliseconds: Int32) -> Int {
        let count = unsafe epoll_wait(descriptor, events, Int32(Self.eventCapacity), milliseconds)
        return max(0, Int(count))
    }

    /// The token of a ready descriptor.
    package borrowing func token(_ index: Int) -> UInt64 { unsafe events[index].data.u64 }

    /// True when the descriptor has an error to collect.
    package borrowing func hasError(_ index: Int) -> Bool { unsafe events[index].events & EPOLLERR.rawValue != 0 }
}
