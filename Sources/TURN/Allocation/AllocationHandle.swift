/// Names an allocation of one server. The index is dense from 0, so that arrays beside the server can be indexed by it; the
/// generation tells whether the allocation at that index is still the one that was meant.
public struct AllocationHandle: Hashable, Sendable, BitwiseCopyable {
    public let index: UInt32
    public let generation: UInt32

    @inlinable
    public init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }
}
