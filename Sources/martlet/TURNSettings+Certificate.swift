import DTLSSRTP
import Foundation
import Settings

extension TURNSettings {
    /// The certificate as the DTLS machine wants it; nil without a DTLS listener.
    func dtlsIdentity() throws(SettingErrors) -> CertificateIdentity? {
        guard !dtlsListens.isEmpty, let certificate else { return nil }
        do {
            return try CertificateIdentity(
                pemChain: String(contentsOfFile: certificate.chainPath, encoding: .utf8),
                pemKey: String(contentsOfFile: certificate.keyPath, encoding: .utf8)
            )
        } catch {
            throw SettingErrors([.certificate(certificate, error)])
        }
    }
}

extension SettingError {
    static func certificate(_ certificate: TURNSettings.Certificate, _ error: any Error) -> SettingError {
        SettingError(
            key: SettingKey.tlsCertificate.fileKey,
            value: certificate.chainPath,
            expectation: "a PEM certificate chain and its key (\(error))"
        )
    }
}
