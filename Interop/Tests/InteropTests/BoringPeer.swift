import CNIOBoringSSL
import DTLSSRTP
import Wire

/// One DTLS connection of BoringSSL in virtual time.
final class BoringPeer {
    struct Options {
        var isServer = false
        var version = ProtocolVersion.dtls13
        var key = TestKey.p256
        var groups: [NamedGroup] = [.x25519MLKEM768, .x25519, .secp256r1, .secp384r1]
        var cipherList: String?
        var srtpProfiles: String? = "SRTP_AEAD_AES_128_GCM:SRTP_AEAD_AES_256_GCM:SRTP_AES128_CM_SHA1_80"
        var wantsPeerCertificate = true
        var datagramSize: UInt32 = 1200
    }

    private let context: OpaquePointer
    private let ssl: OpaquePointer
    let queue = DatagramQueue()
    private(set) var isConnected = false
    private(set) var error: String?
    private(set) var received: [[UInt8]] = []
    private(set) var isClosed = false

    init?(_ options: Options) {
        guard let context = SSL_CTX_new(DTLS_method()),
            let ssl = { () -> OpaquePointer? in
                SSL_CTX_set_current_time_cb(context) { _, time in
                    time?.pointee.tv_sec = Int(DatagramQueue.clock / 1_000_000)
                    time?.pointee.tv_usec = Int(DatagramQueue.clock % 1_000_000)
                }
                return SSL_new(context)
            }()
        else { return nil }
        self.context = context
        self.ssl = ssl
        let version: UInt16 = options.version == .dtls13 ? UInt16(DTLS1_3_VERSION) : UInt16(DTLS1_2_VERSION)
        SSL_set_min_proto_version(ssl, version)
        SSL_set_max_proto_version(ssl, version)
        if options.isServer || options.wantsPeerCertificate {
            SSL_use_certificate_ASN1(ssl, options.key.certificate, options.key.certificate.count)
            options.key.privateKey.withUnsafeBufferPointer { bytes in
                var cursor = bytes.baseAddress
                guard let key = d2i_AutoPrivateKey(nil, &cursor, bytes.count) else { return }
                SSL_use_PrivateKey(ssl, key)
                EVP_PKEY_free(key)
            }
        }
        if options.wantsPeerCertificate || !options.isServer {
            SSL_set_custom_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT) { _, _ in ssl_verify_ok }
        }
        let groups = options.groups.map(\.rawValue)
        guard SSL_set1_group_ids(ssl, groups, groups.count) == 1 else { return nil }
        if let list = options.cipherList { SSL_set_strict_cipher_list(ssl, list) }
        // Zero is success here.
        if let profiles = options.srtpProfiles, SSL_set_srtp_profiles(ssl, profiles) != 1 { return nil }
        guard let bio = queue.makeBIO() else { return nil }
        SSL_set_bio(ssl, bio, bio)
        SSL_set_options(ssl, UInt32(SSL_OP_NO_QUERY_MTU))
        SSL_set_mtu(ssl, options.datagramSize)
        DTLSv1_set_initial_timeout_duration(ssl, 100)
        if options.isServer { SSL_set_accept_state(ssl) } else { SSL_set_connect_state(ssl) }
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    /// Works through what has arrived.
    func step() {
        guard error == nil else { return }
        ERR_clear_error()
        if !isConnected {
            let result = SSL_do_handshake(ssl)
            if result == 1 { isConnected = true } else { note(result) }
        }
        guard isConnected else { return }
        var buffer = [UInt8](repeating: 0, count: 2048)
        while error == nil, !isClosed {
            let count = SSL_read(ssl, &buffer, Int32(buffer.count))
            guard count > 0 else {
                note(count)
                break
            }
            received.append(Array(buffer[..<Int(count)]))
        }
    }

    private func note(_ result: Int32) {
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: isClosed = true
        default:
            var text = [CChar](repeating: 0, count: 256)
            ERR_error_string_n(ERR_get_error(), &text, text.count)
            error = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        }
    }

    /// The microseconds until a timer is due.
    var timeout: UInt64? {
        var time = timeval()
        guard DTLSv1_get_timeout(ssl, &time) == 1 else { return nil }
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_usec)
    }

    func handleTimeout() {
        guard timeout == 0 else { return }
        _ = DTLSv1_handle_timeout(ssl)
        step()
    }

    func send(_ bytes: [UInt8]) -> Bool {
        SSL_write(ssl, bytes, Int32(bytes.count)) == Int32(bytes.count)
    }

    func requestKeyUpdate() -> Bool {
        SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED) == 1
    }

    func close() {
        SSL_shutdown(ssl)
    }

    var version: UInt16 { UInt16(truncatingIfNeeded: SSL_version(ssl)) }
    var group: UInt16 { SSL_get_group_id(ssl) }
    var cipherSuite: UInt16 { SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl)) }
    var srtpProfile: UInt16? {
        SSL_get_selected_srtp_profile(ssl).map { UInt16(truncatingIfNeeded: $0.pointee.id) }
    }

    func export(length: Int) -> [UInt8] {
        let label = "EXTRACTOR-dtls_srtp"
        var bytes = [UInt8](repeating: 0, count: length)
        SSL_export_keying_material(ssl, &bytes, length, label, label.utf8.count, nil, 0, 0)
        return bytes
    }
}
