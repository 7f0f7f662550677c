/// Entries of many short lists in one block of memory: the permissions, or the channels, of all allocations.
///
/// A list is the index of its first entry. No list owns memory of its own, so looking through one touches no reference
/// count, and an allocation without entries costs four bytes.
struct ChainPool<Element: BitwiseCopyable> {
    /// The first entry of a list.
    struct List: BitwiseCopyable {
        fileprivate var first = ChainPool.end
        private(set) var count: UInt16 = 0

        fileprivate mutating func grow() { count &+= 1 }
        fileprivate mutating func shrink() { count &-= 1 }
        var isEmpty: Bool { first == ChainPool.end }
    }

    private struct Node: BitwiseCopyable {
        var next: UInt32
        var element: Element
    }

    private static var end: UInt32 { .max }

    private var nodes: [Node] = []
    private var firstFree = ChainPool.end
    private var usedCount = 0

    /// The position of the first element that matches.
    @inline(__always)
    func firstIndex(in list: List, where matches: (Element) -> Bool) -> Int? {
        var index = list.first
        while index != Self.end {
            if matches(nodes[Int(index)].element) { return Int(index) }
            index = nodes[Int(index)].next
        }
        return nil
    }

    subscript(position: Int) -> Element {
        get { nodes[position].element }
        set { nodes[position].element = newValue }
    }

    mutating func insert(_ element: Element, into list: inout List) {
        let index: UInt32
        if firstFree != Self.end {
            index = firstFree
            firstFree = nodes[Int(index)].next
            nodes[Int(index)] = Node(next: list.first, element: element)
        } else {
            index = UInt32(nodes.count)
            nodes.append(Node(next: list.first, element: element))
        }
        list.first = index
        list.grow()
        usedCount += 1
    }

    /// Takes out every element that `shouldGo` names.
    mutating func removeAll(from list: inout List, where shouldGo: (Element) -> Bool) {
        var previous = Self.end
        var index = list.first
        while index != Self.end {
            let next = nodes[Int(index)].next
            if shouldGo(nodes[Int(index)].element) {
                if previous == Self.end { list.first = next } else { nodes[Int(previous)].next = next }
                nodes[Int(index)].next = firstFree
                firstFree = index
                list.shrink()
                usedCount -= 1
            } else {
                previous = index
            }
            index = next
        }
        if usedCount == 0 {
            nodes = []
            firstFree = Self.end
        }
    }

    /// Calls `body` with every element, which it may change.
    mutating func updateEach(in list: List, _ body: (inout Element) -> Void) {
        var index = list.first
        while index != Self.end {
            body(&nodes[Int(index)].element)
            index = nodes[Int(index)].next
        }
    }

    func forEach(in list: List, _ body: (Element) -> Void) {
        var index = list.first
        while index != Self.end {
            body(nodes[Int(index)].element)
            index = nodes[Int(index)].next
        }
    }

    /// Entries that memory is held for.
    var capacity: Int { nodes.capacity }
    var count: Int { usedCount }
}
