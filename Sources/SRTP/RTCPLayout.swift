import RTP
import Wire

/// Where SRTCP finds things in an RTCP packet (RFC 3711 section 3.4).
enum RTCPLayout {
    /// The header and the SSRC of the sender, which stay readable.
    static let headerLength = 8
    /// The word behind the packet with the E bit and the index.
    static let indexLength = 4
    static let encryptedFlag: UInt32 = 1 << 31

    /// The sender of the (compound) packet.
    static func sender(_ packet: RawSpan) throws(SRTPError) -> SSRC {
        guard packet.byteCount >= headerLength else {
            throw .truncated(needed: headerLength, available: packet.byteCount)
        }
        let version = packet.loadUInt8(at: 0) >> 6
        guard version == 2 else { throw .version(version) }
        return SSRC(packet.loadUInt32(at: 4))
    }
}

extension RTPHeader {
    /// Reads the header of a packet that may still be encrypted.
    @inline(__always)
    static func parse(_ packet: RawSpan) throws(SRTPError) -> RTPHeader {
        do throws(RTPError) {
            return try RTPHeader(parsing: packet)
        } catch {
            switch error {
            case .version(let version): throw .version(version)
            case .truncated(let needed, let available): throw .truncated(needed: needed, available: available)
            default: throw .truncated(needed: fixedLength, available: packet.byteCount)
            }
        }
    }
}
