/// How many allocations there may be at once. 0 is unlimited.
public struct AllocationQuotas: Hashable, Sendable {
    /// For one user: the part of a time-limited username after its namespace, or the name of a static user.
    public var perUser: Int
    /// For one source: an IPv4 address or an IPv6 /64.
    public var perSource: Int
    /// For the process.
    public var total: Int

    public init(perUser: Int = 0, perSource: Int = 0, total: Int = 0) {
        self.perUser = perUser
        self.perSource = perSource
        self.total = total
    }

    func validate() throws(ConfigurationError) {
        for (key, value) in [("user_quota", perUser), ("source_quota", perSource), ("total_quota", total)]
        where value < 0 {
            throw ConfigurationError(
                key: key,
                value: "\(value)",
                expected: "0 for unlimited, or a number of allocations"
            )
        }
    }
}
