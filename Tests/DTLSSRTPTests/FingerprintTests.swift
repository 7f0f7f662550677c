import DTLSSRTP
import Testing

@Suite("Fingerprints and identities")
struct FingerprintTests {
    @Test(arguments: Fingerprint.Algorithm.allCases)
    func `the text of a fingerprint reads back`(algorithm: Fingerprint.Algorithm) {
        let fingerprint = Fixtures.serverIdentity.fingerprint(algorithm)
        #expect(Fingerprint(fingerprint.description) == fingerprint)
        #expect(Fingerprint(fingerprint.description.lowercased()) == fingerprint)
        #expect(fingerprint.matches(Fixtures.serverIdentity.chain[0]))
        #expect(!fingerprint.matches(Fixtures.clientIdentity.chain[0]))
    }

    @Test(arguments: ["", "sha-256", "sha-256 AB", "sha-1 AB:CD", "sha-256 " + String(repeating: "0G:", count: 32)])
    func `text that is no fingerprint is refused`(text: String) {
        #expect(Fingerprint(text) == nil)
    }

    @Test func `a new identity has another fingerprint`() throws {
        let first = try CertificateIdentity.selfSigned(unixSeconds: 1_800_000_000)
        #expect(first.fingerprint() != Fixtures.serverIdentity.fingerprint())
    }
}
