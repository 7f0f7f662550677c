internal import Wire

/// How a peer may be reached: through a relay socket, or inside this process.
struct PeerRoutes: OptionSet, Hashable, Sendable, BitwiseCopyable {
    let rawValue: UInt8

    /// A rule of the policy names it.
    static let socket = PeerRoutes(rawValue: 1)
    /// A candidate of the SFU in this process.
    static let local = PeerRoutes(rawValue: 2)
}

/// A peer address that may send to the client and receive from it (RFC 8656 section 9). The port does not matter.
struct Permission: BitwiseCopyable {
    var ip: IPAddress
    var expiry: MonotonicTime
    var routes: PeerRoutes

    /// RFC 8656 section 9: five minutes, and the client cannot choose.
    static let lifetime = TimeInterval.seconds(300)
}
