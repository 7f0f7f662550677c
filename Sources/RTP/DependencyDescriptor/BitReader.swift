import Wire

/// Reads fields of any number of bits, the highest bit first.
struct BitReader: ~Escapable {
    private let bytes: RawSpan
    /// In bits.
    private(set) var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.byteCount * 8 - position }

    /// - Parameter count: 0 ... 32.
    mutating func read(_ count: Int) throws(RTPError) -> UInt32 {
        guard count <= remaining else {
            throw .truncated(needed: (position + count + 7) / 8, available: bytes.byteCount)
        }
        var value: UInt32 = 0
        var left = count
        while left > 0 {
            let inByte = 8 - position % 8
            let taken = min(left, inByte)
            let byte = UInt32(bytes.loadUInt8(at: position / 8))
            value = value << UInt32(taken) | (byte >> UInt32(inByte - taken)) & ((1 << UInt32(taken)) - 1)
            position += taken
            left -= taken
        }
        return value
    }

    mutating func readFlag() throws(RTPError) -> Bool {
        try read(1) != 0
    }

    /// A number below `limit`, of which the small ones take a bit less: `ns(n)` of the AV1 specification section 4.10.7.
    ///
    /// - Parameter limit: 1 or more.
    mutating func readNonSymmetric(_ limit: Int) throws(RTPError) -> Int {
        let width = Int.bitWidth - limit.leadingZeroBitCount
        let short = (1 << width) - limit
        let value = Int(try read(width - 1))
        guard value >= short else { return value }
        return (value << 1) - short + Int(try read(1))
    }
}

/// Writes fields of any number of bits, the highest bit first. It holds no bytes: every call takes the same ones.
struct BitWriter {
    private let start: Int
    private let end: Int
    /// In bits behind the start.
    private(set) var position = 0

    /// - Parameter end: The first byte that it must not touch.
    init(at start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// The bytes begun so far.
    var byteCount: Int { (position + 7) / 8 }

    /// Writes the low `count` bits.
    mutating func write(_ value: UInt32, _ count: Int, to bytes: inout MutableRawSpan) throws(RTPError) {
        let needed = (position + count + 7) / 8
        guard needed <= end - start else { throw .noCapacity(needed: needed, available: end - start) }
        for bit in (0..<count).reversed() {
            let offset = start + position / 8
            let mask = UInt8(0x80) >> UInt8(position % 8)
            // A byte is cleared when it is begun.
            let old = position % 8 == 0 ? 0 : bytes.bytes.loadUInt8(at: offset)
            bytes.store(value >> UInt32(bit) & 1 != 0 ? old | mask : old, at: offset)
            position += 1
        }
    }

    mutating func write(_ flag: Bool, to bytes: inout MutableRawSpan) throws(RTPError) {
        try write(flag ? 1 : 0, 1, to: &bytes)
    }

    /// The counterpart of ``BitReader/readNonSymmetric(_:)``.
    mutating func writeNonSymmetric(_ value: Int, _ limit: Int, to bytes: inout MutableRawSpan) throws(RTPError) {
        let width = Int.bitWidth - limit.leadingZeroBitCount
        let short = (1 << width) - limit
        if value < short {
            try write(UInt32(value), width - 1, to: &bytes)
        } else {
            try write(UInt32(value + short), width, to: &bytes)
        }
    }
}
