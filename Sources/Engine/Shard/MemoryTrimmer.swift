internal import CLinux
internal import TURN

/// Gives memory back to the operating system after a crowd has left.
///
/// The C library keeps what is freed for the next caller; a server that once had ten thousand allocations would keep their
/// memory for ever. Trimming takes milliseconds, so it is done beside the shards and seldom; the packet path does not
/// allocate and so never waits for it.
struct MemoryTrimmer: Sendable {
    private static let interval = Duration.seconds(1)
    /// Fewer allocations are not worth it: about a megabyte.
    private static let crowd = 500

    let shared: SharedState

    /// Looks at the number of allocations until its task is cancelled.
    func run() async {
        var peak = 0
        while !Task.isCancelled {
            let count = shared.allocationCount
            peak = max(peak, count)
            if peak - count >= Self.crowd, count < peak / 2 {
                _ = linux_malloc_trim(0)
                peak = count
            }
            try? await Task.sleep(for: Self.interval)
        }
    }
}
