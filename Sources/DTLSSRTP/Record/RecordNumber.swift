import Wire

/// Epoch and sequence number of a record, as ACK messages name it (RFC 9147 section 4).
struct RecordNumber: Hashable, Sendable {
    var epoch: UInt64
    var sequence: UInt64

    /// The largest sequence number that a record header holds.
    static let maximumSequence: UInt64 = (1 << 48) - 1
}

/// A record whose protection, if any, has been taken off.
struct Record: Sendable {
    var type: ContentType
    var number: RecordNumber
    var payload: [UInt8]
}
