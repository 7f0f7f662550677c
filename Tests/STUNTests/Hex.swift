/// Bytes from hexadecimal digits; white space and what follows `//` on a line does not count.
func hex(_ text: String) -> [UInt8] {
    var digits: [UInt8] = []
    for line in text.split(separator: "\n") {
        var rest = Substring(line)
        if let comment = rest.firstRange(of: "//") { rest = rest[..<comment.lowerBound] }
        digits += rest.compactMap { $0.hexDigitValue.map(UInt8.init) }
    }
    precondition(digits.count % 2 == 0, "two digits make a byte")
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
