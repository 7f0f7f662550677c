public import STUN
public import Wire

/// What has happened to a ``TURNClient``.
public enum TURNClientEvent: Hashable, Sendable {
    /// The allocation is there. `mapped` is where the server sees the client.
    case allocated(relayed: TransportAddress, mapped: TransportAddress?, lifetimeSeconds: UInt32)
    case refreshed(lifetimeSeconds: UInt32)
    /// Also for each time that the permission was refreshed.
    case permissionCreated(IPAddress)
    /// There is no permission, or none any more.
    case permissionFailed(IPAddress, TURNClientFailure)
    /// Also for each time that the binding was refreshed.
    case channelBound(ChannelNumber, peer: TransportAddress)
    /// There is no binding, or none any more; its number is not used again.
    case channelFailed(ChannelNumber, peer: TransportAddress, TURNClientFailure)
    /// The last event: there is no allocation, or none any more; nil when ``TURNClient/close(at:)`` was the cause.
    case closed(TURNClientFailure?)
}

/// Why a request failed.
public enum TURNClientFailure: Hashable, Sendable {
    /// The server's answer.
    case refused(ErrorCode)
    /// 300 (Try Alternate), authenticated: start again with another client at this address (RFC 8489 section 10). Whoever
    /// does so guards against loops.
    case redirected(TransportAddress)
    /// No answer to any transmission.
    case timedOut
    /// An authentic answer that lacks something, or has what must be understood and is not.
    case badResponse
    /// The lifetime ended before a refresh succeeded.
    case expired
}
