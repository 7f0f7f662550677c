public import STUN

/// What a server has done since its start. Values of several servers can be added. No names, no addresses.
public struct Counters: Sendable {
    public var allocationsCreated: UInt64 = 0
    /// Ended by a Refresh with lifetime 0.
    public var allocationsDeleted: UInt64 = 0
    public var allocationsExpired: UInt64 = 0
    /// Ended because the client closed its connection.
    public var allocationsClosed: UInt64 = 0
    /// Ended because the secret of their credentials was taken away.
    public var allocationsRevoked: UInt64 = 0
    public var permissionsRevoked: UInt64 = 0
    public var channelsRevoked: UInt64 = 0
    public var relayBindFailures: UInt64 = 0

    public var packetsToPeers: UInt64 = 0
    public var bytesToPeers: UInt64 = 0
    public var packetsToClients: UInt64 = 0
    public var bytesToClients: UInt64 = 0

    public var bindingResponses: UInt64 = 0
    public var successResponses: UInt64 = 0

    private var drops = InlineArray<16, UInt64>(repeating: 0)
    private var errors = InlineArray<16, UInt64>(repeating: 0)

    public init() {}

    /// Messages dropped for a reason.
    public internal(set) subscript(reason: DropReason) -> UInt64 {
        get { drops[Int(reason.rawValue)] }
        set { drops[Int(reason.rawValue)] = newValue }
    }

    /// Error responses with one of ``errorCodes``; 0 for any other code.
    public internal(set) subscript(error: ErrorCode) -> UInt64 {
        get {
            for (index, code) in Self.errorCodes.enumerated() where code == error { return errors[index] }
            return 0
        }
        set {
            for (index, code) in Self.errorCodes.enumerated() where code == error { errors[index] = newValue }
        }
    }

    /// The codes that a server answers with.
    public static let errorCodes: [ErrorCode] = [
        .tryAlternate, .badRequest, .unauthenticated, .forbidden, .unknownAttribute, .allocationMismatch, .staleNonce,
        .addressFamilyNotSupported, .wrongCredentials, .unsupportedTransportProtocol, .peerAddressFamilyMismatch,
        .allocationQuotaReached, .serverError, .insufficientCapacity,
    ]

    public static func += (left: inout Counters, right: Counters) {
        left.allocationsCreated &+= right.allocationsCreated
        left.allocationsDeleted &+= right.allocationsDeleted
        left.allocationsExpired &+= right.allocationsExpired
        left.allocationsClosed &+= right.allocationsClosed
        left.allocationsRevoked &+= right.allocationsRevoked
        left.permissionsRevoked &+= right.permissionsRevoked
        left.channelsRevoked &+= right.channelsRevoked
        left.relayBindFailures &+= right.relayBindFailures
        left.packetsToPeers &+= right.packetsToPeers
        left.bytesToPeers &+= right.bytesToPeers
        left.packetsToClients &+= right.packetsToClients
        left.bytesToClients &+= right.bytesToClients
        left.bindingResponses &+= right.bindingResponses
        left.successResponses &+= right.successResponses
        for index in left.drops.indices { left.drops[index] &+= right.drops[index] }
        for index in left.errors.indices { left.errors[index] &+= right.errors[index] }
    }
}
