/// Standard base64 with padding, RFC 4648 section 4.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    static func encode(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            var letters: [Character] = []
            for _ in 0..<4 {
                letters.append(alphabet[word & 63])
                word >>= 6
            }
            text += String(letters.reversed().prefix(group.count + 1))
            text += String(repeating: "=", count: 3 - group.count)
        }
        return text
    }
}
