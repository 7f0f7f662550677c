public import RTP
import Wire

/// A packet that the ``Router`` is about to write: where it goes, and what the transport may want to know about it.
public struct OutgoingPacket: Sendable, BitwiseCopyable {
    public enum Kind: UInt8, Sendable, BitwiseCopyable {
        case audio
        case video
        /// A packet that was sent before and is sent again on the stream for retransmissions.
        case retransmission
        case control
    }

    public var destination: ParticipantHandle
    public var kind: Kind
    /// The stream that the packet belongs to; of RTCP, its sender.
    public var ssrc: SSRC
    /// The packet is not longer than this.
    public var maximumByteCount: Int

    /// True for what is protected as SRTCP.
    public var isControl: Bool { kind == .control }
}

/// Where the ``Router`` writes its packets: the send slots of a shard.
///
/// For each packet the router asks for a slot, writes the whole packet at its start, and commits. Nothing is written
/// elsewhere and nothing allocated: the sink protects the packet where it lies.
public protocol PacketSink: ~Copyable {
    /// The memory for one packet of at most `packet.maximumByteCount` bytes, or less memory than that, preferably none, when
    /// there is no room. Asking again without a commit gives the slot up.
    @_lifetime(&self)
    mutating func slot(for packet: OutgoingPacket) -> MutableRawSpan

    /// The slot asked for last holds `packet` in its first `byteCount` bytes.
    mutating func commit(_ packet: OutgoingPacket, byteCount: Int)
}
