import Wire

/// The record protection of 1.2 with AEAD suites (RFC 5246 section 6.2.3.3, RFC 5288, RFC 7905).
struct RecordProtection12: Sendable {
    let key: AEADKey
    let fixedIV: [UInt8]

    /// What protection adds to a record's payload.
    var overhead: Int { AEADAlgorithm.tagLength + explicitNonceLength }

    private var explicitNonceLength: Int { key.algorithm == .chaCha20Poly1305 ? 0 : 8 }

    /// Epoch and sequence number together: the 64-bit number of TLS 1.2.
    private func numberBytes(_ number: RecordNumber) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: number.epoch << 48 | number.sequence)
        return bytes
    }

    private func additionalData(type: ContentType, number: RecordNumber, length: Int) -> [UInt8] {
        var bytes = numberBytes(number)
        bytes.append(type.rawValue)
        bytes.append(bigEndian: ProtocolVersion.dtls12.rawValue)
        bytes.append(bigEndian: UInt16(truncatingIfNeeded: length))
        return bytes
    }

    private func nonce(explicit: ArraySlice<UInt8>, number: RecordNumber) -> [UInt8] {
        guard key.algorithm == .chaCha20Poly1305 else { return fixedIV + explicit }
        return fixedIV.exclusiveOr(withLowBytesOf: number.epoch << 48 | number.sequence)
    }

    /// The payload of a record: explicit nonce, ciphertext and tag.
    func seal(_ plaintext: [UInt8], type: ContentType, number: RecordNumber) -> [UInt8]? {
        // The record number never repeats under a key, so it makes the explicit nonce.
        let explicit = explicitNonceLength == 0 ? [] : numberBytes(number)
        return key.seal(
            plaintext,
            nonce: nonce(explicit: explicit[...], number: number),
            additionalData: additionalData(type: type, number: number, length: plaintext.count)
        ).map { explicit + $0 }
    }

    func open(_ payload: [UInt8], type: ContentType, number: RecordNumber) -> [UInt8]? {
        guard payload.count >= overhead else { return nil }
        return key.open(
            payload[explicitNonceLength...],
            nonce: nonce(explicit: payload[..<explicitNonceLength], number: number),
            additionalData: additionalData(type: type, number: number, length: payload.count - overhead)
        )
    }
}

extension [UInt8] {
    /// The bytes with the last eight combined with `value` by exclusive or: how TLS makes a nonce of a record number.
    func exclusiveOr(withLowBytesOf value: UInt64) -> [UInt8] {
        var result = self
        for offset in 0..<Swift.min(8, count) {
            result[count - 1 - offset] ^= UInt8(truncatingIfNeeded: value >> UInt64(8 * offset))
        }
        return result
    }
}
