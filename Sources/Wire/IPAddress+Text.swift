extension IPAddress: LosslessStringConvertible {
    /// Parses dotted decimal IPv4 (four parts, no leading zeros) or RFC 4291 section 2.2 IPv6, without brackets and zone.
    public init?(_ description: String) {
        let text = description.utf8
        if text.contains(UInt8(ascii: ":")) {
            guard let address = Self.parseIPv6(Array(text)) else { return nil }
            self = address
        } else {
            guard let value = Self.parseIPv4(text[...]) else { return nil }
            self.init(ipv4: value)
        }
    }

    private static func parseIPv4(_ text: Substring.UTF8View.SubSequence) -> UInt32? {
        var value: UInt32 = 0
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var byte: UInt32 = 0
            for digit in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                byte = byte * 10 + UInt32(digit - UInt8(ascii: "0"))
            }
            guard byte <= 255 else { return nil }
            value = value << 8 | byte
        }
        return value
    }

    private static func parseIPv6(_ text: [UInt8]) -> IPAddress? {
        guard text.count <= 45 else { return nil }
        var groups: [UInt16] = []
        var gap: Int?
        var index = 0
        if text.starts(with: [UInt8(ascii: ":")]) {
            guard text.count >= 2, text[1] == UInt8(ascii: ":") else { return nil }
            gap = 0
            index = 2
        }
        while index < text.count {
            guard groups.count < 8 else { return nil }
            let end = text[index...].firstIndex(of: UInt8(ascii: ":")) ?? text.count
            let part = text[index..<end]
            if part.contains(UInt8(ascii: ".")) {
                let tail = String(decoding: part, as: UTF8.self)
                guard end == text.count, groups.count <= 6, let value = parseIPv4(tail.utf8[...]) else { return nil }
                groups.append(UInt16(value >> 16))
                groups.append(UInt16(truncatingIfNeeded: value))
                index = end
                break
            }
            guard (1...4).contains(part.count) else { return nil }
            var group: UInt16 = 0
            for digit in part {
                guard let nibble = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
                group = group << 4 | UInt16(nibble)
            }
            groups.append(group)
            index = end
            guard index < text.count else { break }
            index += 1
            if index < text.count, text[index] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups.count
                index += 1
            } else if index == text.count {
                return nil
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: repeatElement(0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        let high = groups[..<4].reduce(0) { $0 << 16 | UInt64($1) }
        let low = groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
        return IPAddress(ipv6High: high, low: low)
    }

    /// Dotted decimal, or the form of RFC 5952.
    public var description: String {
        switch family {
        case .ipv4:
            return [24, 16, 8, 0].map { String((low >> $0) & 0xFF) }.joined(separator: ".")
        case .ipv6:
            if high == 0, low >> 32 == 0xFFFF {
                return "::ffff:\(IPAddress(ipv4: UInt32(truncatingIfNeeded: low)))"
            }
            let groups = [high, low].flatMap { half in [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> $0) } }
            var longest = 0..<0
            var start = 0
            for index in 0...8 where index == 8 || groups[index] != 0 {
                if index - start > longest.count { longest = start..<index }
                start = index + 1
            }
            let text: (ArraySlice<UInt16>) -> String = { $0.map { String($0, radix: 16) }.joined(separator: ":") }
            guard longest.count > 1 else { return text(groups[...]) }
            return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
        }
    }
}
