/// Gives the packets of changing sources the sequence numbers of one stream without gaps of our making.
///
/// Packets that are left out in order close the gap; what is missing because it was lost stays a hole, so that the receiver
/// asks for it. A number that was given is never given again, and late packets get the number that was kept for them.
struct SequenceRewriter: Sendable, BitwiseCopyable {
    /// From `input` on, the output is the input minus `offset`.
    private struct Change: Sendable, BitwiseCopyable {
        var input: Int64 = 0
        var offset: Int64 = 0
    }

    /// How many changes late packets can look back over.
    static let historyCount = 16

    private var changes = InlineArray<16, Change>(repeating: Change())
    /// How many changes there were since the source started.
    private var changeCount = 0
    /// The highest number of the source that was decided on.
    private(set) var highestInput: Int64 = 0
    /// The highest number given so far.
    private(set) var highestOutput: Int64

    /// - Parameter firstOutput: The number of the first packet.
    init(firstOutput: Int64) {
        highestOutput = firstOutput - 1
    }

    /// From `input` on, packets come from another source, or from the same one after a pause: `input` follows on the last
    /// packet sent.
    ///
    /// - Parameter hole: How many numbers are left out, so that the receiver sees that something is missing.
    mutating func start(at input: Int64, hole: Int64 = 0) {
        changes[0] = Change(input: input, offset: input &- (highestOutput + 1 + hole))
        changeCount = 1
        highestInput = input &- 1
    }

    /// The number for the packet `input`, or nil when it is from before the start or too late to know.
    mutating func forward(_ input: Int64) -> Int64? {
        guard changeCount > 0 else { return nil }
        if input > highestInput {
            highestInput = input
            let output = input &- changes[(changeCount - 1) % Self.historyCount].offset
            highestOutput = output
            return output
        }
        var index = changeCount
        let oldest = max(0, changeCount - Self.historyCount)
        while index > oldest {
            index -= 1
            let change = changes[index % Self.historyCount]
            if input >= change.input { return input &- change.offset }
        }
        return nil
    }

    /// The number for a packet of our own behind the last one. Only between two sources: packets of a source that is being
    /// forwarded have the numbers behind it.
    mutating func insert() -> Int64 {
        highestOutput += 1
        changeCount = 0
        return highestOutput
    }

    /// Leaves out the packet `input`. When it is the newest, those behind it move up; when it is late its number stays
    /// unused, since its neighbours are already sent.
    ///
    /// - Returns: True when the gap is closed.
    mutating func drop(_ input: Int64) -> Bool {
        guard changeCount > 0, input > highestInput else { return false }
        let offset = changes[(changeCount - 1) % Self.historyCount].offset
        changes[changeCount % Self.historyCount] = Change(input: input &+ 1, offset: offset &+ 1)
        changeCount += 1
        highestInput = input
        // Numbers of packets that are missing before it are given out, or will be.
        highestOutput = max(highestOutput, input &- offset &- 1)
        return true
    }
}
