import RTP
import Wire

/// SRTP and SRTCP of the AEAD profiles in one direction, on OpenSSL (RFC 7714). It keeps the keys; where the streams are
/// is the context's.
struct OpenSSLTransform: ~Copyable {
    private let rtp: AESGCM
    private let rtcp: AESGCM

    init(profile: ProtectionProfile, master: MasterKey, direction: AESGCM.Direction) throws(SRTPError) {
        let keyLength = profile.keyLength
        let saltLength = profile.saltLength
        try self.init(
            rtp: MasterKey(
                key: KeyDerivation.derive(.rtpEncryption, count: keyLength, from: master),
                salt: KeyDerivation.derive(.rtpSalt, count: saltLength, from: master)
            ),
            rtcp: MasterKey(
                key: KeyDerivation.derive(.rtcpEncryption, count: keyLength, from: master),
                salt: KeyDerivation.derive(.rtcpSalt, count: saltLength, from: master)
            ),
            direction: direction
        )
    }

    /// With session keys and salts instead of a master key.
    init(rtp rtpKey: MasterKey, rtcp rtcpKey: MasterKey, direction: AESGCM.Direction) throws(SRTPError) {
        let rtp = try AESGCM(key: rtpKey.key, salt: rtpKey.salt, direction: direction)
        let rtcp = try AESGCM(key: rtcpKey.key, salt: rtcpKey.salt, direction: direction)
        self.rtp = rtp
        self.rtcp = rtcp
    }

    /// - Parameter packet: where the packet lies in the slot.
    /// - Returns: The length of the protected packet.
    func protectRTP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ header: RTPHeader,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        let index = try state.estimatedIndex(header.sequenceNumber)
        try state.rtp.check(index)
        let text = packet.lowerBound + header.length..<packet.upperBound
        // The index is used up from here on, whatever becomes of the packet: another packet must never get it.
        state.rtp.insert(index)
        try rtp.seal(
            &slot,
            header: packet.lowerBound..<text.lowerBound,
            text: text,
            trailer: 0..<0,
            ssrc: header.ssrc,
            index: index
        )
        return packet.count + AESGCM.tagLength
    }

    func unprotectRTP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ header: RTPHeader,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        let needed = header.length + AESGCM.tagLength
        guard packet.count >= needed else { throw .truncated(needed: needed, available: packet.count) }
        let index = try state.estimatedIndex(header.sequenceNumber)
        try state.rtp.check(index)
        let text = packet.lowerBound + header.length..<packet.upperBound - AESGCM.tagLength
        try rtp.open(
            &slot,
            header: packet.lowerBound..<text.lowerBound,
            text: text,
            trailer: 0..<0,
            ssrc: header.ssrc,
            index: index
        )
        state.rtp.insert(index)
        return packet.count - AESGCM.tagLength
    }

    /// The first packet of a stream has the index 1, as in libsrtp.
    func protectRTCP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ ssrc: SSRC,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        guard state.rtcp.highest < StreamState.maximumRTCPIndex else { throw .keyExhausted }
        let index = state.rtcp.highest + 1
        state.rtcp.insert(index)
        let text = packet.lowerBound + RTCPLayout.headerLength..<packet.upperBound
        let trailer = text.upperBound + AESGCM.tagLength
        slot.store(RTCPLayout.encryptedFlag | UInt32(truncatingIfNeeded: index), at: trailer)
        try rtcp.seal(
            &slot,
            header: packet.lowerBound..<text.lowerBound,
            text: text,
            trailer: trailer..<trailer + RTCPLayout.indexLength,
            ssrc: ssrc,
            index: index
        )
        return packet.count + AESGCM.tagLength + RTCPLayout.indexLength
    }

    func unprotectRTCP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ ssrc: SSRC,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        let overhead = AESGCM.tagLength + RTCPLayout.indexLength
        let needed = RTCPLayout.headerLength + overhead
        guard packet.count >= needed else { throw .truncated(needed: needed, available: packet.count) }
        let trailer = packet.upperBound - RTCPLayout.indexLength
        let word = slot.bytes.loadUInt32(at: trailer)
        guard word & RTCPLayout.encryptedFlag != 0 else { throw .unencrypted }
        let index = UInt64(word & ~RTCPLayout.encryptedFlag)
        try state.rtcp.check(index)
        let text = packet.lowerBound + RTCPLayout.headerLength..<trailer - AESGCM.tagLength
        try rtcp.open(
            &slot,
            header: packet.lowerBound..<text.lowerBound,
            text: text,
            trailer: trailer..<packet.upperBound,
            ssrc: ssrc,
            index: index
        )
        state.rtcp.insert(index)
        return packet.count - overhead
    }
}
