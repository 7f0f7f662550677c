import AllocationCounter
import BareSRTP
import SRTP

/// Our contexts and a bare loop over the same back end, in turns: what one turn suffers on a busy machine, its neighbour
/// suffers, too.
struct Comparison {
    static let rounds = 61
    /// Protected and unprotected in a round, after those that a new stream needs.
    static let packets = 1024
    /// The first packets of a context make its stream; they are not counted.
    static let warming = 64

    /// CPU time and heap allocations of one turn.
    struct Cost {
        var nanoseconds: UInt64
        var allocations: UInt64

        /// - Parameter body: Returns how many packets it did.
        init(_ body: () throws -> Int) throws {
            let allocations = allocation_counter_total()
            let start = bare_cpu_nanoseconds()
            let done = try body()
            nanoseconds = bare_cpu_nanoseconds() - start
            self.allocations = allocation_counter_total() - allocations
            guard done == Comparison.packets else { throw Failed(packets: Comparison.packets - done) }
        }
    }

    struct Failed: Error {
        var packets: Int
    }

    private(set) var ours: [Cost] = []
    private(set) var bare: [Cost] = []

    /// Per packet, the median of all rounds.
    var ourNanoseconds: Int { Self.median(ours.map { Int($0.nanoseconds) }) / Self.packets }
    var bareNanoseconds: Int { Self.median(bare.map { Int($0.nanoseconds) }) / Self.packets }
    /// Our time by that of the bare loop in the turn beside it, in thousandths: the median of all rounds.
    var ratioPerMille: Int {
        Self.median(zip(ours, bare).map { Int($0.nanoseconds * 1000 / max($1.nanoseconds, 1)) })
    }
    /// Of all packets of all rounds.
    var ourAllocations: Int { ours.reduce(0) { $0 + Int($1.allocations) } }
    var bareAllocations: Int { bare.reduce(0) { $0 + Int($1.allocations) } }
    var packetCount: Int { Self.rounds * Self.packets }

    private static func median(_ values: [Int]) -> Int { values.sorted()[values.count / 2] }

    private init() {
        ours.reserveCapacity(Self.rounds)
        bare.reserveCapacity(Self.rounds)
    }

    static func protecting(_ subject: Subject) throws -> Comparison {
        let slot = Slot(subject)
        var context = try subject.sender()
        let session = try subject.bare(isSender: true)
        var next: UInt64 = 0
        func ours(_ count: Int) -> Int { slot.protect(&context, from: next, count: count) }
        func bare(_ count: Int) -> Int {
            bare_protect(session.handle, slot.base, subject.packetByteCount, next, count)
        }
        _ = ours(warming)
        _ = bare(warming)
        next += UInt64(warming)
        var comparison = Comparison()
        for round in 0..<rounds {
            // Who goes first changes, so that neither always finds a warm cache.
            if round % 2 == 0 { comparison.ours.append(try Cost { ours(packets) }) }
            comparison.bare.append(try Cost { bare(packets) })
            if round % 2 == 1 { comparison.ours.append(try Cost { ours(packets) }) }
            next += UInt64(packets)
        }
        return comparison
    }

    static func unprotecting(_ subject: Subject) throws -> Comparison {
        let slot = Slot(subject)
        let count = warming + packets
        let length = subject.protectedByteCount
        var sender = try subject.sender()
        let ourPackets = slot.record(count) { slot.protect(&sender, from: $0, count: 1) }
        let bareSender = try subject.bare(isSender: true)
        let barePackets = slot.record(count) {
            bare_protect(bareSender.handle, slot.base, subject.packetByteCount, $0, 1)
        }
        var comparison = Comparison()
        for round in 0..<rounds {
            // New ones for each round: a packet is received once.
            var context = try subject.receiver()
            let session = try subject.bare(isSender: false)
            func ours(_ range: Range<Int>) -> Int { slot.unprotect(&context, ourPackets, range) }
            func bare(_ range: Range<Int>) -> Int {
                barePackets.withUnsafeBufferPointer {
                    bare_unprotect(
                        session.handle,
                        $0.baseAddress! + range.lowerBound * length,
                        length,
                        slot.base,
                        length,
                        UInt64(range.lowerBound),
                        range.count
                    )
                }
            }
            _ = ours(0..<warming)
            _ = bare(0..<warming)
            if round % 2 == 0 { comparison.ours.append(try Cost { ours(warming..<count) }) }
            comparison.bare.append(try Cost { bare(warming..<count) })
            if round % 2 == 1 { comparison.ours.append(try Cost { ours(warming..<count) }) }
        }
        return comparison
    }
}
