import Crypto
import Wire

/// The record protection of 1.3 (RFC 9147 section 4): content type inside, record number encrypted.
struct RecordProtection13: Sendable {
    let key: AEADKey
    let iv: [UInt8]
    let recordNumberKey: SymmetricKey

    /// What protection adds to a payload, the header included: the inner content type and the tag.
    static let overhead = UnifiedHeader.writtenLength + 1 + AEADAlgorithm.tagLength

    private func mask(of ciphertext: ArraySlice<UInt8>) -> [UInt8]? {
        // Every ciphertext holds a content type and a tag, which is more than the 16 bytes needed.
        guard ciphertext.count >= 16 else { return nil }
        return AEADKey(algorithm: key.algorithm, key: recordNumberKey)
            .recordNumberMask(sample: ciphertext[..<(ciphertext.startIndex + 16)])
    }

    /// A whole record with its header.
    func seal(_ plaintext: [UInt8], type: ContentType, number: RecordNumber) -> [UInt8]? {
        let inner = plaintext + [type.rawValue]
        var record: [UInt8] = [0b0010_1100 | UInt8(number.epoch & 0b11)]
        record.append(bigEndian: UInt16(truncatingIfNeeded: number.sequence))
        record.append(bigEndian: UInt16(truncatingIfNeeded: inner.count + AEADAlgorithm.tagLength))
        guard
            let ciphertext = key.seal(
                inner,
                nonce: iv.exclusiveOr(withLowBytesOf: number.sequence),
                additionalData: record
            ),
            let mask = mask(of: ciphertext[...])
        else { return nil }
        record[1] ^= mask[0]
        record[2] ^= mask[1]
        return record + ciphertext
    }

    /// The sequence number that a received header means, given the next one expected.
    func sequence(of header: UnifiedHeader, payload: [UInt8], expected: UInt64) -> (sequence: UInt64, bytes: [UInt8])? {
        guard let mask = mask(of: payload[...]) else { return nil }
        var bytes = header.numberBytes
        var bits: UInt64 = 0
        for index in bytes.indices {
            bytes[index] ^= mask[index]
            bits = bits << 8 | UInt64(bytes[index])
        }
        let sequence = UnifiedHeader.reconstruct(bits: bits, width: 8 * bytes.count, expected: expected)
        return (sequence, bytes)
    }

    /// Type and payload of a received record, or nil when it does not authenticate or holds no type.
    func open(
        _ payload: [UInt8],
        header: UnifiedHeader,
        numberBytes: [UInt8],
        sequence: UInt64
    ) -> (type: ContentType, payload: [UInt8])? {
        let additionalData = [header.firstByte] + numberBytes + header.lengthBytes
        guard
            var plaintext = key.open(
                payload[...],
                nonce: iv.exclusiveOr(withLowBytesOf: sequence),
                additionalData: additionalData
            )
        else { return nil }
        // The type is the last byte that is not padding (RFC 8446 section 5.4).
        while let last = plaintext.popLast() {
            if last != 0 { return (ContentType(rawValue: last), plaintext) }
        }
        return nil
    }
}
