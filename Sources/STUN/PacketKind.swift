/// Which protocol a packet belongs to, by its first byte (RFC 7983 section 7).
public enum PacketKind: UInt8, Sendable, BitwiseCopyable {
    case stun
    case zrtp
    case dtls
    case channelData
    /// RTP and RTCP, protected or not.
    case rtp
    case unknown

    @inlinable
    public init(firstByte: UInt8) {
        switch firstByte {
        case 0...3: self = .stun
        case 16...19: self = .zrtp
        case 20...63: self = .dtls
        case 64...79: self = .channelData
        case 128...191: self = .rtp
        default: self = .unknown
        }
    }
}
