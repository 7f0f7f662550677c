/// What became of the packets of one context. The counters wrap.
public struct PacketCounters: Sendable, Hashable, BitwiseCopyable {
    /// Protected or unprotected.
    public var processed: UInt64 = 0
    public var authenticationFailures: UInt64 = 0
    public var replayed: UInt64 = 0
    public var tooOld: UInt64 = 0
    /// Of an SSRC that was not admitted, for lack of room or by policy.
    public var unknownStreams: UInt64 = 0
    /// Too short, of another version, not encrypted.
    public var malformed: UInt64 = 0
    /// For other reasons: no room in the slot, keys used up, the library.
    public var failed: UInt64 = 0

    public init() {}

    mutating func count(_ error: SRTPError) {
        switch error {
        case .authenticationFailed: authenticationFailures &+= 1
        case .replayed: replayed &+= 1
        case .tooOld: tooOld &+= 1
        case .unknownStream, .tooManyStreams: unknownStreams &+= 1
        case .truncated, .version, .unencrypted: malformed &+= 1
        case .noCapacity, .streamExists, .keyExhausted, .keyLength, .unsupportedProfile, .outOfMemory, .backEnd:
            failed &+= 1
        }
    }
}
