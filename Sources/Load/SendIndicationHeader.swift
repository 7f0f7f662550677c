internal import STUN
internal import Wire

/// The 36 bytes of a Send indication in front of its data, to an IPv4 peer (RFC 8656 section 11.1).
///
/// The load generator writes it straight into the header of a datagram, in front of the bytes of its packet.
enum SendIndicationHeader {
    static func write(to memory: inout MutableRawSpan, peer: TransportAddress, payloadByteCount: Int) -> Int {
        let cookie = STUNHeader.magicCookie
        let padded = (payloadByteCount + 3) & ~3
        memory.store(MessageType(.indication, .send).rawValue, at: 0)
        memory.store(UInt16(truncatingIfNeeded: 16 + padded), at: 2)
        memory.store(cookie, at: 4)
        // Nobody answers an indication: any transaction identifier serves.
        memory.store(UInt32(0), at: 8)
        memory.store(UInt64(0), at: 12)
        memory.store(AttributeType.xorPeerAddress.rawValue, at: 20)
        memory.store(UInt16(8), at: 22)
        memory.store(UInt16(1), at: 24)
        memory.store(peer.port ^ UInt16(truncatingIfNeeded: cookie >> 16), at: 26)
        memory.store(UInt32(truncatingIfNeeded: peer.ip.low) ^ cookie, at: 28)
        memory.store(AttributeType.data.rawValue, at: 32)
        memory.store(UInt16(truncatingIfNeeded: payloadByteCount), at: 34)
        return 36
    }
}
