import CSRTP
import RTP

extension SRTPError {
    /// What a status of libsrtp other than success means. `ssrc` is the stream of the packet.
    init(_ status: srtp_err_status_t, ssrc: SSRC) {
        self =
            switch status {
            case srtp_err_status_auth_fail: .authenticationFailed
            case srtp_err_status_replay_fail: .replayed
            case srtp_err_status_replay_old, srtp_err_status_pkt_idx_old: .tooOld
            case srtp_err_status_no_ctx: .unknownStream(ssrc)
            case srtp_err_status_key_expired: .keyExhausted
            case srtp_err_status_alloc_fail, srtp_err_status_init_fail: .outOfMemory
            case srtp_err_status_cant_check: .unencrypted
            // fail, bad_param, dealloc_fail, terminus, cipher_fail, algo_fail, no_such_op, socket_err, signal_err,
            // nonce_bad, read_fail, write_fail, parse_err, encode_err, semaphore_err, pfkey_err, bad_mki, pkt_idx_adv.
            default: .backEnd(status: Int32(truncatingIfNeeded: status.rawValue))
            }
    }
}
