internal import Wire

/// The CRC of ITU-T V.42, reflected: polynomial 0xEDB88320, starting from and XORed with all ones.
enum CRC32 {
    /// Four bytes are folded at once ("slicing"): `table[k][b]` is the remainder of byte `b` followed by `k` zero bytes.
    private static let tables: InlineArray<4, InlineArray<256, UInt32>> = {
        var tables = InlineArray<4, InlineArray<256, UInt32>>(repeating: InlineArray(repeating: 0))
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
            tables[0][byte] = remainder
        }
        for byte in 0..<256 {
            for slice in 1..<4 {
                let previous = tables[slice - 1][byte]
                tables[slice][byte] = previous >> 8 ^ tables[0][Int(previous & 0xFF)]
            }
        }
        return tables
    }()

    /// The remainder before the final XOR, so that ranges can follow each other. Start with `UInt32.max`.
    static func update(_ remainder: UInt32, with bytes: RawSpan) -> UInt32 {
        var remainder = remainder
        var offset = 0
        while offset + 4 <= bytes.byteCount {
            let word = remainder ^ bytes.loadUInt32(at: offset).byteSwapped
            remainder =
                tables[3][Int(word & 0xFF)] ^ tables[2][Int(word >> 8 & 0xFF)]
                ^ tables[1][Int(word >> 16 & 0xFF)] ^ tables[0][Int(word >> 24)]
            offset += 4
        }
        while offset < bytes.byteCount {
            remainder = remainder >> 8 ^ tables[0][Int((remainder ^ UInt32(bytes.loadUInt8(at: offset))) & 0xFF)]
            offset += 1
        }
        return remainder
    }

    static func checksum(_ bytes: RawSpan) -> UInt32 {
        ~update(.max, with: bytes)
    }
}
