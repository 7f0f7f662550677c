import Crypto
import STUN
import Testing
import Wire

@Suite("STUN message integrity and fingerprint")
struct IntegrityTests {
    private static let secret = [UInt8](repeating: 7, count: 16)

    private static func key(_ algorithm: IntegrityAlgorithm) -> IntegrityKey {
        IntegrityKey(secret.rawSpan, preparedFor: algorithm)
    }

    private func signed(_ algorithms: [IntegrityAlgorithm], fingerprint: Bool = false) throws -> [UInt8] {
        try build(.request, .allocate) { writer throws(STUNError) in
            try writer.write(.username, text: "user")
            for algorithm in algorithms { try writer.writeIntegrity(algorithm, key: Self.key(.sha1)) }
            return try writer.finish(fingerprint: fingerprint)
        }
    }

    @Test func `item 2: a wrong fingerprint is seen`() throws {
        for byte in 0..<RFC5769.request.bytes.count {
            var bytes = RFC5769.request.bytes
            bytes[byte] ^= 0x20
            let status = try? read(bytes) { $0.fingerprintStatus }
            #expect(status != .valid, "byte \(byte)")
        }
        #expect(try read(signed([])) { $0.fingerprintStatus } == .absent)
    }

    @Test("item 15: with both attributes the SHA-256 one counts", arguments: [false, true])
    func both(fingerprint: Bool) throws {
        let bytes = try signed([.sha1, .sha256], fingerprint: fingerprint)
        #expect(try read(bytes) { $0.integrityAlgorithm } == .sha256)
        #expect(try read(bytes) { $0.isAuthentic(.sha256, key: Self.key(.sha256)) })
        #expect(try read(bytes) { $0.isAuthentic(.sha1, key: Self.key(.sha256)) })
        #expect(try read(signed([.sha1])) { $0.integrityAlgorithm } == .sha1)
        #expect(try read(signed([])) { $0.integrityAlgorithm } == nil)
    }

    @Test("item 17: every byte before the attribute is covered", arguments: IntegrityAlgorithm.allCases)
    func coverage(_ algorithm: IntegrityAlgorithm) throws {
        let bytes = try signed([algorithm])
        #expect(try read(bytes) { $0.isAuthentic(algorithm, key: Self.key(algorithm)) })
        for byte in 0..<bytes.count {
            for bit in 0..<8 {
                var changed = bytes
                changed[byte] ^= 1 << bit
                let isAuthentic = try? read(changed) { $0.isAuthentic(algorithm, key: Self.key(algorithm)) }
                #expect(isAuthentic != true, "byte \(byte), bit \(bit)")
            }
        }
    }

    @Test("item 17: the length that is covered ends with the attribute", arguments: IntegrityAlgorithm.allCases)
    func adjustedLength(_ algorithm: IntegrityAlgorithm) throws {
        let bytes = try signed([algorithm], fingerprint: true)
        let covered = bytes.count - 8 - 4 - algorithm.byteCount
        var input = Array(bytes.prefix(covered))
        input[3] = UInt8(covered + 4 + algorithm.byteCount - 20)
        let key = SymmetricKey(data: Self.secret)
        let expected =
            switch algorithm {
            case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: input, using: key))
            case .sha256: Array(HMAC<SHA256>.authenticationCode(for: input, using: key))
            }
        #expect(Array(bytes[(covered + 4)...].prefix(algorithm.byteCount)) == expected)
        #expect(try read(bytes) { $0.isAuthentic(algorithm, key: Self.key(algorithm)) })
    }

    @Test("item 18: a truncated HMAC-SHA256 fails", arguments: [16, 20, 24, 28, 32])
    func truncatedSHA256(_ count: Int) throws {
        // Truncated as the RFC would have it: the length that is covered counts the shorter attribute.
        var bytes = extended(try signed([]), by: hex("001c") + [0, UInt8(count)] + [UInt8](repeating: 0, count: count))
        let covered = bytes.count - count - 4
        let code = HMAC<SHA256>.authenticationCode(
            for: bytes.prefix(covered),
            using: SymmetricKey(data: Self.secret)
        )
        bytes.replaceSubrange((bytes.count - count)..., with: Array(code).prefix(count))
        #expect(try read(bytes) { $0.isAuthentic(.sha256, key: Self.key(.sha256)) } == (count == 32))
    }

    @Test(
        "item 18: integrity of a length that nobody may send is malformed",
        arguments: [
            ("0008", 0), ("0008", 16), ("0008", 24), ("001c", 0), ("001c", 12), ("001c", 18), ("001c", 36), ("8028", 0),
            ("8028", 8),
        ]
    )
    func badLengths(_ type: String, _ count: Int) throws {
        let attribute = hex(type) + [0, UInt8(count)] + [UInt8](repeating: 0, count: (count + 3) / 4 * 4)
        let error = parseError(extended(try signed([]), by: attribute))
        let rawValue = UInt16(hex(type)[0]) << 8 | UInt16(hex(type)[1])
        #expect(error == .attributeLength(type: AttributeType(rawValue: rawValue), length: count))
    }

    @Test func `item 19: FINGERPRINT is the last attribute`() throws {
        let bytes = extended(try signed([.sha1], fingerprint: true), by: hex("8022 0000"))
        #expect(parseError(bytes) == .fingerprintNotLast(type: .software))
    }

    @Test func `item 19: the CRC is the one of ITU-T V 42`() throws {
        // CRC-32 of a bare Binding request whose length counts the attribute, bit by bit.
        let bytes = try build(.request, .binding) { writer throws(STUNError) in try writer.finish(fingerprint: true) }
        var remainder = UInt32.max
        for byte in bytes.prefix(20) {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
        }
        let expected = ~remainder ^ 0x5354_554E
        #expect(bytes[3] == 8)
        #expect(Array(bytes.suffix(4)) == (0..<4).map { UInt8(truncatingIfNeeded: expected >> (24 - 8 * $0)) })
    }

    @Test("an algorithm that was not prepared gives the same code", arguments: IntegrityAlgorithm.allCases)
    func unprepared(_ algorithm: IntegrityAlgorithm) throws {
        for count in [0, 16, 64, 65, 200] {
            let secret = [UInt8](repeating: 9, count: count)
            let codes = try IntegrityAlgorithm.allCases.map { prepared in
                try build(.request, .binding) { writer throws(STUNError) in
                    try writer.finish(
                        integrity: algorithm,
                        key: IntegrityKey(secret.rawSpan, preparedFor: prepared)
                    )
                }
            }
            #expect(codes[0] == codes[1])
        }
    }
}
