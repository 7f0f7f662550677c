import RTP

/// The streams of a context and the policy for those nobody added.
struct StreamSet {
    private let policy: StreamPolicy
    private var table: StreamTable

    init(_ policy: StreamPolicy) {
        self.policy = policy
        self.table = StreamTable(limit: policy.maximumStreams)
    }

    var count: Int { table.count }

    func contains(_ ssrc: SSRC) -> Bool { table.find(ssrc) != nil }

    mutating func insert(_ ssrc: SSRC, _ state: StreamState) throws(SRTPError) {
        try table.insert(ssrc, state)
    }

    mutating func remove(_ ssrc: SSRC) -> Bool { table.remove(ssrc) }

    /// Runs `body` on the state of `ssrc`. An unknown one is kept only if `body` succeeds: a stranger's packet leaves
    /// nothing behind.
    @inline(__always)
    mutating func update(
        _ ssrc: SSRC,
        _ body: (inout StreamState) throws(SRTPError) -> Int
    ) throws(SRTPError) -> Int {
        if let place = table.find(ssrc) { return try body(&table[place]) }
        guard policy.admitsUnknown else { throw .unknownStream(ssrc) }
        try table.checkRoom()
        var state = StreamState()
        let count = try body(&state)
        try table.insert(ssrc, state)
        return count
    }
}
