import Crypto
import Wire

/// The key schedule of TLS 1.3 (RFC 8446 section 7.1) with the labels of DTLS (RFC 9147 section 5.9).
///
///     0 -> Early Secret -> "derived" -> (EC)DHE -> Handshake Secret -> "derived" -> 0 -> Master Secret
struct KeySchedule13: Sendable {
    let hash: HashAlgorithm
    /// "dtls13" without the space that "tls13 " has. Published vectors are of TLS, so tests may say otherwise.
    var labelPrefix = "dtls13"

    /// HKDF-Expand-Label.
    ///
    /// - Precondition: `length` fits 16 bits; label and context fit 8 bits each.
    func expandLabel(_ secret: SymmetricKey, _ label: String, context: [UInt8], length: Int) -> SymmetricKey {
        let fullLabel = Array((labelPrefix + label).utf8)
        precondition(fullLabel.count <= 255 && context.count <= 255 && length <= 0xFFFF, "labels are ours and short")
        var info: [UInt8] = []
        info.append(bigEndian: UInt16(length))
        info.append(UInt8(fullLabel.count))
        info += fullLabel
        info.append(UInt8(context.count))
        info += context
        return hash.expand(secret, info: info, length: length)
    }

    /// Derive-Secret, over the hash of the messages.
    func deriveSecret(_ secret: SymmetricKey, _ label: String, transcriptHash: [UInt8]) -> SymmetricKey {
        expandLabel(secret, label, context: transcriptHash, length: hash.length)
    }

    private var zeros: SymmetricKey { SymmetricKey(data: [UInt8](repeating: 0, count: hash.length)) }

    /// The secret for the next step of the schedule.
    private func derived(_ secret: SymmetricKey) -> SymmetricKey {
        deriveSecret(secret, "derived", transcriptHash: hash.digest([]))
    }

    func handshakeSecret(sharedSecret: SymmetricKey) -> SymmetricKey {
        let earlySecret = hash.extract(inputKeyMaterial: zeros, salt: zeros)
        return hash.extract(inputKeyMaterial: sharedSecret, salt: derived(earlySecret))
    }

    func masterSecret(handshakeSecret: SymmetricKey) -> SymmetricKey {
        hash.extract(inputKeyMaterial: zeros, salt: derived(handshakeSecret))
    }

    /// The verify_data of a Finished message (RFC 8446 section 4.4.4).
    func verifyData(trafficSecret: SymmetricKey, transcriptHash: [UInt8]) -> [UInt8] {
        let finishedKey = expandLabel(trafficSecret, "finished", context: [], length: hash.length)
        return hash.authenticate(transcriptHash, key: finishedKey)
    }

    /// Record keys of one direction and epoch (RFC 8446 section 7.3, RFC 9147 section 4.2.3).
    func recordProtection(trafficSecret: SymmetricKey, aead: AEADAlgorithm) -> RecordProtection13 {
        RecordProtection13(
            key: AEADKey(
                algorithm: aead,
                key: expandLabel(trafficSecret, "key", context: [], length: aead.keyLength)
            ),
            iv: expandLabel(trafficSecret, "iv", context: [], length: AEADAlgorithm.nonceLength).exposedBytes(),
            recordNumberKey: expandLabel(trafficSecret, "sn", context: [], length: aead.keyLength)
        )
    }

    /// The traffic secret after a KeyUpdate (RFC 8446 section 7.2).
    func nextTrafficSecret(_ secret: SymmetricKey) -> SymmetricKey {
        expandLabel(secret, "traffic upd", context: [], length: hash.length)
    }

    /// The exporter (RFC 8446 section 7.5) with an empty context.
    func export(exporterMasterSecret: SymmetricKey, label: String, length: Int) -> SymmetricKey {
        let secret = deriveSecret(exporterMasterSecret, label, transcriptHash: hash.digest([]))
        return expandLabel(secret, "exporter", context: hash.digest([]), length: length)
    }
}
