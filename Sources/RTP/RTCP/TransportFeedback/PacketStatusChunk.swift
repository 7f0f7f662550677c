/// What a message says about one packet.
enum PacketStatusSymbol: UInt8 {
    case notReceived = 0
    /// Received, with a delta of 8 bits.
    case smallDelta = 1
    /// Received, with a delta of 16 bits.
    case largeDelta = 2
    case reserved = 3

    var deltaLength: Int {
        switch self {
        case .notReceived, .reserved: 0
        case .smallDelta: 1
        case .largeDelta: 2
        }
    }
}

/// 16 bits that say what became of several packets
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1.2 to 3.1.4).
///
/// ```
/// | 0 | S S |    run length (13)    |   a run of one symbol
/// | 1 | 0 |   14 symbols of 1 bit   |   not received, small delta
/// | 1 | 1 |   7 symbols of 2 bits   |
/// ```
struct PacketStatusChunk: BitwiseCopyable {
    static let maximumRun = 0x1FFF

    let rawValue: UInt16

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    init(run symbol: PacketStatusSymbol, count: Int) {
        rawValue = UInt16(symbol.rawValue) << 13 | UInt16(truncatingIfNeeded: count & Self.maximumRun)
    }

    /// How many packets it speaks of. The last chunk of a message may speak of more than there are.
    var count: Int {
        guard rawValue & 0x8000 != 0 else { return Int(rawValue & 0x1FFF) }
        return rawValue & 0x4000 == 0 ? 14 : 7
    }

    func symbol(_ index: Int) -> PacketStatusSymbol {
        let bits: UInt16
        if rawValue & 0x8000 == 0 {
            bits = rawValue >> 13
        } else if rawValue & 0x4000 == 0 {
            bits = rawValue >> UInt16(truncatingIfNeeded: 13 - index) & 1
        } else {
            bits = rawValue >> UInt16(truncatingIfNeeded: 12 - 2 * index) & 3
        }
        return PacketStatusSymbol(rawValue: UInt8(truncatingIfNeeded: bits & 3)) ?? .reserved
    }
}
