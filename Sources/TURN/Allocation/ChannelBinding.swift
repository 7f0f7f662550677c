internal import STUN
internal import Wire

/// A channel number that stands for a peer (RFC 8656 section 12).
struct ChannelBinding: BitwiseCopyable {
    var peer: TransportAddress
    var expiry: MonotonicTime
    var channel: ChannelNumber
    var routes: PeerRoutes

    /// RFC 8656 section 12: ten minutes from each ChannelBind.
    static let lifetime = TimeInterval.seconds(600)
}
