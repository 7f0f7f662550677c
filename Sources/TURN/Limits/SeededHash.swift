/// A fast hash of a few words under a secret seed, for tables that strangers can choose the keys of.
struct SeededHash {
    private(set) var value: UInt64
    private let multiplier: UInt64

    init(seed: UInt64) {
        value = seed
        multiplier = (seed &* 0x9E37_79B9_7F4A_7C15) | 1
    }

    mutating func combine(_ word: UInt64) {
        let product = (value ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: multiplier)
        value = product.high ^ product.low ^ value &<< 17
        value = (value ^ value &>> 29) &* 0xBF58_476D_1CE4_E5B9
        value ^= value &>> 32
    }
}
