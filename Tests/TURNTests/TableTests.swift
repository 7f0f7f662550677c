import STUN
import Testing
import Wire

@testable import TURN

@Suite("Tables")
struct TableTests {
    private func account() -> Account {
        Account(
            username: [],
            key: IntegrityKey([UInt8]().rawSpan, preparedFor: .sha1),
            passwordAlgorithm: .md5,
            source: .staticUser,
            owner: QuotaTable.Owner(user: nil, source: SourcePrefix(ip("1.2.3.4"))),
            transactionID: TransactionID(high: 0, low: 0)
        )
    }

    @Test func `the allocation table agrees with a dictionary through ten thousand changes`() {
        var table = AllocationTable(seed: 99)
        var model: [FiveTuple: Int] = [:]
        var generator = SeededGenerator(3)
        let account = account()
        var peak = 0
        for step in 0..<10_000 {
            // Growing first, then shrinking.
            let isGrowing = step < 6000 ? generator.next() % 4 != 0 : generator.next() % 4 == 0
            let port = UInt16(truncatingIfNeeded: generator.next() % 5000)
            let tuple = Lab.fiveTuple("198.51.100.7:\(port)")
            let found = table.index(over: tuple)
            #expect(found == model[tuple])
            if let index = found {
                if !isGrowing {
                    table.remove(index)
                    model[tuple] = nil
                }
            } else if isGrowing {
                model[tuple] = table.insert(tuple, account)
            }
            peak = max(peak, model.count)
        }
        let count = table.count
        #expect(count == model.count)
        for (tuple, index) in model {
            let found = table.index(over: tuple)
            #expect(found == index)
        }
        for tuple in model.keys {
            if let index = table.index(over: tuple) { table.remove(index) }
        }
        #expect(peak > 1000)
        let rest = (table.count, table.slots.capacity)
        #expect(rest.0 == 0)
        #expect(rest.1 <= 64, "memory is given back")
    }

    @Test func `indices are dense from 0, and the lowest free one is taken`() {
        var table = AllocationTable(seed: 1)
        let account = account()
        let indices = (0..<10).map { table.insert(Lab.fiveTuple("198.51.100.7:\($0)"), account) }
        #expect(indices == Array(0..<10))
        table.remove(3)
        table.remove(7)
        let next = (10..<13).map { table.insert(Lab.fiveTuple("198.51.100.7:\($0)"), account) }
        #expect(next == [3, 7, 10])
    }

    @Test func `chains keep their elements apart and give memory back`() {
        var pool = ChainPool<Int>()
        var lists = [ChainPool<Int>.List](repeating: ChainPool<Int>.List(), count: 10)
        for value in 0..<100 { pool.insert(value, into: &lists[value % 10]) }
        for index in 0..<10 {
            var seen: [Int] = []
            pool.forEach(in: lists[index]) { seen.append($0) }
            #expect(seen.sorted() == (0..<10).map { $0 * 10 + index })
            #expect(lists[index].count == 10)
        }
        pool.removeAll(from: &lists[3]) { $0 >= 50 }
        var rest: [Int] = []
        pool.forEach(in: lists[3]) { rest.append($0) }
        #expect(rest.sorted() == [3, 13, 23, 33, 43])
        #expect(pool.firstIndex(in: lists[3]) { $0 == 53 } == nil)
        #expect(pool.firstIndex(in: lists[4]) { $0 == 54 } != nil)
        let capacity = pool.capacity
        for value in 0..<5 { pool.insert(value, into: &lists[3]) }
        #expect(pool.capacity == capacity, "freed places are used again")
        for index in 0..<10 { pool.removeAll(from: &lists[index]) { _ in true } }
        #expect(pool.count == 0)
        #expect(pool.capacity == 0)
    }

    @Test func `an idle allocation is a few hundred bytes`() {
        #expect(MemoryLayout<Allocation>.stride <= 256, "\(MemoryLayout<Allocation>.stride)")
        #expect(MemoryLayout<Account?>.stride <= 256, "\(MemoryLayout<Account?>.stride)")
        #expect(MemoryLayout<Permission>.stride <= 48)
        #expect(MemoryLayout<ChannelBinding>.stride <= 48)
    }

    @Test func `relay ports are taken once each and given back`() {
        var table = RelayPortTable(50000...50099)
        var generator = SeededGenerator(5)
        var taken: Set<UInt16> = []
        while let port = table.take(.any, using: &generator) { #expect(taken.insert(port).inserted) }
        #expect(taken.count == 100)
        for port in taken { table.release(port) }
        table.release(1)
        table.release(50000)
        #expect(table.takenCount == 0)
        for _ in 0..<50 {
            let port = table.take(.evenPair, using: &generator)
            #expect(port.map { $0 % 2 == 0 } == true)
        }
        #expect(table.take(.any, using: &generator) == nil)
    }

    @Test func `the generator repeats for its seed and for no other`() {
        var first = HMACGenerator(seed: [1])
        var again = HMACGenerator(seed: [1])
        var other = HMACGenerator(seed: [2])
        let values = (0..<100).map { _ in first.next() }
        #expect(values == (0..<100).map { _ in again.next() })
        #expect(Set(values).count == 100)
        #expect(Set(values).isDisjoint(with: (0..<100).map { _ in other.next() }))
    }
}
