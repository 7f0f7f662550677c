import RTP

/// What one SSRC's packets have left behind, in one direction: where its RTP and SRTCP indices are.
struct StreamState: BitwiseCopyable {
    /// 1024 packets: at 300 packets/s more than three seconds of reordering and retransmission, in 128 bytes.
    typealias RTPWindow = ReplayWindow<16>
    /// 128 packets, as libsrtp has it: RTCP is rare and never sent again.
    typealias RTCPWindow = ReplayWindow<2>

    /// The highest packet index: a 32-bit roll-over counter above 16 bits.
    static let maximumPacketIndex: UInt64 = (1 << 48) - 1
    /// The highest SRTCP index (RFC 3711 section 3.4).
    static let maximumRTCPIndex: UInt64 = (1 << 31) - 1

    var rtp = RTPWindow()
    var rtcp = RTCPWindow()

    init() {}

    /// A stream that is near `index` before its first packet comes.
    init(near index: ExtendedSequenceNumber) {
        rtp = RTPWindow(near: min(UInt64(max(index.rawValue, 0)), Self.maximumPacketIndex))
    }

    /// The index that `number` most probably has (RFC 3711 section 3.3.1 and appendix A). Before anything is known the
    /// roll-over counter is 0, and it never becomes less.
    @inline(__always)
    func estimatedIndex(_ number: SequenceNumber) throws(SRTPError) -> UInt64 {
        guard !rtp.isFresh else { return UInt64(number.rawValue) }
        let low = UInt16(truncatingIfNeeded: rtp.highest)
        var rollover = rtp.highest >> 16
        if low < 0x8000 {
            if number.rawValue > low, number.rawValue - low > 0x8000, rollover > 0 { rollover -= 1 }
        } else if low - 0x8000 > number.rawValue {
            rollover += 1
        }
        guard rollover <= UInt64(UInt32.max) else { throw .keyExhausted }
        return rollover << 16 | UInt64(number.rawValue)
    }
}
