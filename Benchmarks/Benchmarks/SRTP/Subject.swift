import BareSRTP
import SRTP

/// A profile on a back end, with packets of one size.
struct Subject: Sendable {
    var profile: ProtectionProfile
    var backEnd: SRTPBackEnd
    /// Header, 12 bytes, and payload.
    var packetByteCount: Int

    static let all = ProtectionProfile.allCases.flatMap { profile in
        SRTPBackEnd.allCases.filter { $0.supports(profile) }.flatMap { backEnd in
            [160, 1200].map { Subject(profile: profile, backEnd: backEnd, packetByteCount: $0) }
        }
    }

    var name: String {
        let profile =
            switch profile {
            case .aeadAES128GCM: "GCM-128"
            case .aeadAES256GCM: "GCM-256"
            case .aes128CMHMACSHA1_80: "SHA1-80"
            }
        return "\(profile) \(backEnd == .openSSL ? "OpenSSL" : "libsrtp") \(packetByteCount)"
    }

    var protectedByteCount: Int { packetByteCount + profile.rtpOverhead }

    private var key: MasterKey {
        MasterKey(
            key: (0..<profile.keyLength).map { UInt8($0) },
            salt: (0..<profile.saltLength).map { UInt8(100 + $0) }
        )
    }

    func sender() throws -> SendingContext { try SendingContext(profile: profile, key: key, backEnd: backEnd) }

    func receiver() throws -> ReceivingContext { try ReceivingContext(profile: profile, key: key, backEnd: backEnd) }

    /// A session of the back end alone.
    func bare(isSender: Bool) throws -> BareSession {
        let kind: bare_kind =
            switch (backEnd, profile) {
            case (.openSSL, _): BARE_EVP_GCM
            case (.libSRTP, .aes128CMHMACSHA1_80): BARE_LIBSRTP_SHA1_80
            case (.libSRTP, _): BARE_LIBSRTP_GCM
            }
        return try BareSession(kind, keyLength: profile.keyLength, isSender: isSender)
    }
}

/// Owns a session of the loop in C.
final class BareSession {
    struct Refused: Error {}

    let handle: OpaquePointer

    init(_ kind: bare_kind, keyLength: Int, isSender: Bool) throws {
        guard let handle = bare_session_create(kind, keyLength, isSender ? 1 : 0) else { throw Refused() }
        self.handle = handle
    }

    deinit { bare_session_destroy(handle) }
}
