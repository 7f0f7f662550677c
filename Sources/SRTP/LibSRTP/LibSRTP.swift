import CSRTP
import Glibc

/// The libsrtp that this process runs with.
public enum LibSRTP {
    /// Who does libsrtp's cryptography: decided when it was built, and several times the speed apart.
    public enum Cryptography: String, Sendable {
        case nss
        case openSSL
        case mbedTLS
        case wolfSSL
        /// Its own code, which knows no AEAD profile.
        case builtIn
        /// It is linked statically, so its dependencies cannot be told from ours.
        case unknown
    }

    /// For example `libsrtp2 2.5.0`.
    public static var version: String {
        guard let text = unsafe srtp_get_version_string() else { return "" }
        return unsafe String(cString: text)
    }

    /// Found by looking for a function of each candidate in the library and what it depends on.
    public static let cryptography: Cryptography = {
        guard let library = unsafe dlopen("libsrtp2.so.1", RTLD_NOLOAD | RTLD_LAZY) else { return .unknown }
        defer { _ = unsafe dlclose(library) }
        let signs: [(symbol: String, meaning: Cryptography)] = [
            ("NSS_NoDB_Init", .nss), ("EVP_EncryptInit_ex", .openSSL), ("mbedtls_gcm_init", .mbedTLS),
            ("wc_AesGcmEncrypt", .wolfSSL),
        ]
        for sign in signs where unsafe dlsym(library, sign.symbol) != nil { return sign.meaning }
        return .builtIn
    }()

    /// Starts the library, once in the life of the process.
    static let initialisation: srtp_err_status_t = srtp_init()
}
