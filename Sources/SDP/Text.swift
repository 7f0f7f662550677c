/// A piece of a line. Bytes, because a Unicode character may join a separator with what follows it.
typealias Text = ArraySlice<UInt8>

extension Text {
    var string: String { String(decoding: self, as: UTF8.self) }

    /// The pieces between single separators, empty ones included.
    func pieces(_ separator: UInt8) -> [Text] {
        split(separator: separator, omittingEmptySubsequences: false)
    }

    /// The words between single blanks; nil when a word is empty.
    func words() -> [Text]? {
        let words = pieces(UInt8(ascii: " "))
        return words.contains(where: \.isEmpty) ? nil : words
    }

    /// What stands before and after the first separator; nil for the latter when there is none.
    func cut(at separator: UInt8) -> (head: Text, tail: Text?) {
        guard let index = firstIndex(of: separator) else { return (self, nil) }
        return (self[..<index], self[(index + 1)...])
    }

    /// An unsigned decimal number without sign, within the range of the type.
    func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
        guard !isEmpty, count <= 20 else { return nil }
        var value: Number = 0
        for byte in self {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Number(byte - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// The text when it is a token of RFC 8866 section 9.
    var token: String? {
        isEmpty || contains(where: { !$0.isTokenCharacter }) ? nil : string
    }
}

extension UInt8 {
    var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// RFC 8866 section 9, token-char.
    var isTokenCharacter: Bool {
        switch self {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x5E...0x7E: true
        default: false
        }
    }

    /// RFC 8839 section 5.1, ice-char.
    var isICECharacter: Bool { isAlphanumeric || self == UInt8(ascii: "+") || self == UInt8(ascii: "/") }
}
