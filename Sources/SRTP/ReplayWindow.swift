/// Which of the newest packet indices have been seen (RFC 3711 section 3.3.2): 64 times `words` of them, ending at the
/// highest. A ring of bits; nothing is shifted when it moves on.
struct ReplayWindow<let words: Int>: BitwiseCopyable {
    static var size: UInt64 { UInt64(words) * 64 }

    /// What the window knows.
    private enum Phase: UInt8, BitwiseCopyable {
        /// Nothing.
        case fresh
        /// Somebody said near which index the stream is; no packet has come.
        case announced
        /// At least one packet has come.
        case running
    }

    private var phase = Phase.fresh
    /// The highest index seen, or the announced one.
    private(set) var highest: UInt64 = 0
    private var bits: [words of UInt64] = .init(repeating: 0)

    init() {}

    /// A window of a stream that is somewhere near `index`.
    init(near index: UInt64) {
        phase = .announced
        highest = index
    }

    /// True while neither a packet nor an announcement says where the stream is.
    var isFresh: Bool { phase == .fresh }
    /// True when only an announcement says where the stream is.
    var isAnnounced: Bool { phase == .announced }

    private func bit(_ index: UInt64) -> (word: Int, mask: UInt64) {
        (Int(truncatingIfNeeded: (index >> 6) % UInt64(words)), 1 << (index & 63))
    }

    /// Refuses an index that was seen or that lies before the window.
    @inline(__always)
    func check(_ index: UInt64) throws(SRTPError) {
        guard phase == .running, index <= highest else { return }
        guard highest - index < Self.size else { throw .tooOld }
        let (word, mask) = bit(index)
        guard bits[word] & mask == 0 else { throw .replayed }
    }

    /// Remembers an index that ``check(_:)`` let pass and whose packet was authentic.
    @inline(__always)
    mutating func insert(_ index: UInt64) {
        if phase != .running {
            phase = .running
            highest = index
        } else if index > highest {
            if index - highest >= Self.size {
                bits = .init(repeating: 0)
            } else {
                for skipped in (highest + 1)...index {
                    let (word, mask) = bit(skipped)
                    bits[word] &= ~mask
                }
            }
            highest = index
        }
        let (word, mask) = bit(index)
        bits[word] |= mask
    }
}
