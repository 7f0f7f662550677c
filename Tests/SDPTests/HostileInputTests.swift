import SDP
import Testing

@Suite("Hostile descriptions")
struct HostileInputTests {
    /// A description that is read must be written in a form that reads the same.
    @discardableResult
    private func check(_ bytes: [UInt8]) -> Bool {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let description = try? SessionDescription(parsing: text) else { return false }
        let again = try? SessionDescription(parsing: description.description)
        #expect(again == description, "\(text)")
        return true
    }

    @Test("every truncation is read or refused", arguments: Sample.all)
    func truncation(name: String, text: String) {
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count { check(Array(bytes[..<count])) }
    }

    @Test func `100,000 mutations are read or refused`() throws {
        var generator = SplitMix(state: 0x5D)
        // Sections of a line each: every attribute is reached without reading the same kilobytes again and again.
        let head = "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n"
        let tails = Sample.all.flatMap { $0.1.split(separator: "\r\n").dropFirst(4) }
        let alphabet = Array("\0\t\r\n 09:;,/=~-+*azAZ\u{7F}é".utf8)
        var accepted = 0
        for _ in 0..<100_000 {
            let line = tails[Int.random(in: 0..<tails.count, using: &generator)]
            var bytes = Array((head + (line.hasPrefix("m=") ? "" : "m=video 9 X 96\n") + line + "\n").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                // Mostly behind the head, which is read first.
                let from = Bool.random(using: &generator) ? head.utf8.count : 0
                let index = Int.random(in: min(from, bytes.count - 1)..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)], at: index)
                case 2: bytes.remove(at: index)
                default:
                    let end = min(bytes.count, index + Int.random(in: 1...12, using: &generator))
                    bytes.insert(contentsOf: bytes[index..<end], at: index)
                }
            }
            if check(bytes) { accepted += 1 }
        }
        #expect((5_000...95_000).contains(accepted))
    }
}

/// A generator whose numbers are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
