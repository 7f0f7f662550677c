internal import Crypto
internal import Wire

/// Random numbers from one secret seed: HMAC-SHA256 over a counter. Relay ports and reservation tokens come from here, so
/// they are as hard to guess as the seed (RFC 8656 section 7.2 asks for unpredictable ports).
struct HMACGenerator: RandomNumberGenerator, Sendable {
    private let key: SymmetricKey
    private var counter: UInt64 = 0
    private var words: [UInt64] = []

    init(seed: [UInt8]) {
        key = SymmetricKey(data: seed)
    }

    init(using generator: inout some RandomNumberGenerator) {
        self.init(seed: Self.bytes(32, using: &generator))
    }

    mutating func next() -> UInt64 {
        if let word = words.popLast() { return word }
        counter &+= 1
        var block: [UInt8] = []
        block.append(bigEndian: counter)
        var word: UInt64 = 0
        for (index, byte) in HMAC<SHA256>.authenticationCode(for: block, using: key).enumerated() {
            word = word << 8 | UInt64(byte)
            if index % 8 == 7, index < 31 { words.append(word) }
        }
        return word
    }

    static func bytes(_ count: Int, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
