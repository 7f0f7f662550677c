/// What happened to the records of one connection. Bad records are counted here and nothing else comes of them.
public struct RecordCounters: Hashable, Sendable {
    /// Records that were taken.
    public var accepted: UInt64 = 0
    /// Datagrams or their rests that are no record, or records of a type or version that is not known.
    public var malformed: UInt64 = 0
    /// Records that came twice or too late.
    public var replayed: UInt64 = 0
    /// Records that do not authenticate.
    public var forged: UInt64 = 0
    /// Records of an epoch without keys that could not be kept for later.
    public var keyless: UInt64 = 0
    /// Handshake fragments that contradict others, or do not fit the memory for one peer.
    public var refusedFragments: UInt64 = 0
    /// Alerts outside the protection of the connection, which anybody can send.
    public var unprotectedAlerts: UInt64 = 0
    /// Flights or parts of flights that were sent again.
    public var retransmissions: UInt64 = 0
}
