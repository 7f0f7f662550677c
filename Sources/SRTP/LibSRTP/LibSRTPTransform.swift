import CSRTP
import RTP
import Wire

/// SRTP and SRTCP of every profile in one direction, by libsrtp. Replay windows and indices are libsrtp's; of the context's
/// state only the announced index of a stream is used.
@safe
struct LibSRTPTransform: ~Copyable {
    enum Direction {
        case outbound
        case inbound
    }

    private let session: OpaquePointer
    private let profile: ProtectionProfile
    /// Key and salt in one, as libsrtp takes them: needed again for every stream that is added.
    private let keyAndSalt: [UInt8]

    init(profile: ProtectionProfile, master: MasterKey, direction: Direction) throws(SRTPError) {
        guard LibSRTP.initialisation == srtp_err_status_ok else {
            throw .backEnd(status: Int32(truncatingIfNeeded: LibSRTP.initialisation.rawValue))
        }
        let keyAndSalt = master.key + master.salt
        var session: srtp_t?
        let ssrc = srtp_ssrc_t(
            type: direction == .inbound ? ssrc_any_inbound : ssrc_any_outbound,
            value: 0
        )
        let status = unsafe Self.withPolicy(profile, keyAndSalt, ssrc) { unsafe srtp_create(&session, $0) }
        guard status == srtp_err_status_ok, let session = unsafe session else {
            // libsrtp without a library for AES-GCM answers like this to the AEAD profiles.
            if status == srtp_err_status_bad_param || status == srtp_err_status_fail {
                throw .unsupportedProfile(profile.rawValue)
            }
            throw SRTPError(status, ssrc: SSRC(0))
        }
        unsafe self.session = session
        self.profile = profile
        self.keyAndSalt = keyAndSalt
    }

    deinit {
        _ = unsafe srtp_dealloc(session)
    }

    private static func withPolicy(
        _ profile: ProtectionProfile,
        _ keyAndSalt: [UInt8],
        _ ssrc: srtp_ssrc_t,
        _ body: (UnsafePointer<srtp_policy_t>) -> srtp_err_status_t
    ) -> srtp_err_status_t {
        var policy = unsafe srtp_policy_t()
        switch profile {
        case .aes128CMHMACSHA1_80:
            unsafe srtp_crypto_policy_set_rtp_default(&policy.rtp)
            unsafe srtp_crypto_policy_set_rtcp_default(&policy.rtcp)
        case .aeadAES128GCM:
            unsafe srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
            unsafe srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp)
        case .aeadAES256GCM:
            unsafe srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp)
            unsafe srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp)
        }
        unsafe policy.ssrc = ssrc
        unsafe policy.window_size = UInt(StreamState.RTPWindow.size)
        // A packet index encrypts one packet, ever.
        unsafe policy.allow_repeat_tx = 0
        var key = keyAndSalt
        return unsafe key.withUnsafeMutableBufferPointer { bytes in
            unsafe policy.key = bytes.baseAddress
            return unsafe body(&policy)
        }
    }

    func addStream(_ ssrc: SSRC) throws(SRTPError) {
        let specific = srtp_ssrc_t(type: ssrc_specific, value: ssrc.rawValue)
        let status = unsafe Self.withPolicy(profile, keyAndSalt, specific) { unsafe srtp_add_stream(session, $0) }
        guard status == srtp_err_status_ok else { throw SRTPError(status, ssrc: ssrc) }
    }

    func removeStream(_ ssrc: SSRC) {
        // This one call of libsrtp takes the SSRC in network byte order. A stream without a packet is not there.
        _ = unsafe srtp_remove_stream(session, ssrc.rawValue.bigEndian)
    }

    /// Tells libsrtp the roll-over counter of a stream that was announced, before its first packet.
    private func announce(_ header: RTPHeader, _ state: StreamState) throws(SRTPError) -> UInt64? {
        guard state.rtp.isAnnounced else { return nil }
        let index = try state.estimatedIndex(header.sequenceNumber)
        let status = unsafe srtp_set_stream_roc(
            session,
            header.ssrc.rawValue,
            UInt32(truncatingIfNeeded: index >> 16)
        )
        guard status == srtp_err_status_ok else { throw SRTPError(status, ssrc: header.ssrc) }
        return index
    }

    private func run(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ ssrc: SSRC,
        _ body: (srtp_t, UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> srtp_err_status_t
    ) throws(SRTPError) -> Int {
        var count = Int32(truncatingIfNeeded: packet.count)
        let status = unsafe slot.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return srtp_err_status_bad_param }
            return unsafe body(session, base + packet.lowerBound, &count)
        }
        guard status == srtp_err_status_ok else { throw SRTPError(status, ssrc: ssrc) }
        return Int(count)
    }

    func protectRTP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ header: RTPHeader,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        let announced = try announce(header, state)
        let count = try unsafe run(&slot, packet, header.ssrc) { unsafe srtp_protect($0, $1, $2) }
        if let announced { state.rtp.insert(announced) }
        return count
    }

    func unprotectRTP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ header: RTPHeader,
        _ state: inout StreamState
    ) throws(SRTPError) -> Int {
        let needed = header.length + profile.rtpOverhead
        guard packet.count >= needed else { throw .truncated(needed: needed, available: packet.count) }
        let announced = try announce(header, state)
        let count = try unsafe run(&slot, packet, header.ssrc) { unsafe srtp_unprotect($0, $1, $2) }
        if let announced { state.rtp.insert(announced) }
        return count
    }

    func protectRTCP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ ssrc: SSRC
    ) throws(SRTPError) -> Int {
        try unsafe run(&slot, packet, ssrc) { unsafe srtp_protect_rtcp($0, $1, $2) }
    }

    func unprotectRTCP(
        _ slot: inout MutableRawSpan,
        _ packet: Range<Int>,
        _ ssrc: SSRC
    ) throws(SRTPError) -> Int {
        let needed = RTCPLayout.headerLength + profile.rtcpOverhead
        guard packet.count >= needed else { throw .truncated(needed: needed, available: packet.count) }
        // libsrtp calls a missing E bit an authentication failure. The word lies before the tag or, with AEAD, behind it.
        let tail = RTCPLayout.indexLength + (profile.isAEAD ? 0 : profile.tagLength)
        let word = slot.bytes.loadUInt32(at: packet.upperBound - tail)
        guard word & RTCPLayout.encryptedFlag != 0 else { throw .unencrypted }
        return try unsafe run(&slot, packet, ssrc) { unsafe srtp_unprotect_rtcp($0, $1, $2) }
    }
}
