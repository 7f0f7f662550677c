/// The allocations (and reservations) that exist, counted by whom they belong to. Entries of zero do not stay.
struct QuotaTable: Sendable {
    private var users: [[UInt8]: Int] = [:]
    private var sources: [SourcePrefix: Int] = [:]
    private(set) var total = 0

    /// What is counted for one allocation.
    struct Owner: Hashable, Sendable {
        /// Nil where the user quota does not apply.
        var user: [UInt8]?
        var source: SourcePrefix
    }

    /// Counts `count` more when that stays within `quotas`, and nothing otherwise.
    mutating func commit(_ owner: Owner, count: Int, within quotas: AllocationQuotas) -> Bool {
        func fits(_ present: Int, _ limit: Int) -> Bool { limit == 0 || present + count <= limit }
        guard fits(total, quotas.total), fits(sources[owner.source] ?? 0, quotas.perSource) else { return false }
        if let user = owner.user, !fits(users[user] ?? 0, quotas.perUser) { return false }
        total += count
        sources[owner.source, default: 0] += count
        if let user = owner.user { users[user, default: 0] += count }
        return true
    }

    mutating func release(_ owner: Owner) {
        total -= 1
        Self.decrement(&sources[owner.source])
        if let user = owner.user { Self.decrement(&users[user]) }
    }

    private static func decrement(_ count: inout Int?) {
        guard let present = count else { return }
        count = present > 1 ? present - 1 : nil
    }

    var isEmpty: Bool { total == 0 && users.isEmpty && sources.isEmpty }
}
