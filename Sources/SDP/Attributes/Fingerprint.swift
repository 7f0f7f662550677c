/// The hash of a certificate (RFC 8122 section 5).
public struct Fingerprint: Hashable, Sendable {
    /// In lower case, such as `sha-256`.
    public var algorithm: String
    public var bytes: [UInt8]

    public init(algorithm: String = "sha-256", bytes: [UInt8]) {
        self.algorithm = algorithm
        self.bytes = bytes
    }
}

extension Fingerprint: CustomStringConvertible {
    init?(_ text: Text) {
        guard let words = text.words(), words.count == 2, let algorithm = words[0].token else { return nil }
        var bytes: [UInt8] = []
        for piece in words[1].pieces(UInt8(ascii: ":")) {
            guard piece.count == 2, bytes.count < 64, piece.allSatisfy(\.isAlphanumeric),
                let byte = UInt8(piece.string, radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        self.init(algorithm: algorithm.lowercased(), bytes: bytes)
        let lengths = ["sha-1": 20, "sha-224": 28, "sha-256": 32, "sha-384": 48, "sha-512": 64]
        guard lengths[self.algorithm].map({ $0 == bytes.count }) ?? true else { return nil }
    }

    /// `sha-256 0A:1B:...`
    public var description: String {
        let digits = Array("0123456789ABCDEF")
        let pairs = bytes.map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }
        return "\(algorithm) \(pairs.joined(separator: ":"))"
    }
}
