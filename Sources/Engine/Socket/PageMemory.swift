internal import Glibc

/// Zeroed memory straight from the kernel. Pages that are never touched cost nothing, so a shard can size its buffers for the
/// worst case once, at start.
@safe struct PageMemory: ~Copyable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    init(byteCount: Int) {
        let memory = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
            preconditionFailure("the kernel has no memory for the buffers of a shard")
        }
        unsafe self.base = memory
        self.byteCount = byteCount
    }

    deinit {
        unsafe munmap(base, byteCount)
    }

    /// The memory as `capacity` values of a trivial type, from `offset` on.
    func bind<Value>(_ type: Value.Type, capacity: Int, at offset: Int = 0) -> UnsafeMutablePointer<Value> {
        precondition(offset + capacity * MemoryLayout<Value>.stride <= byteCount, "the values must fit their memory")
        return unsafe (base + offset).bindMemory(to: type, capacity: capacity)
    }
}
