/// Packs symbols into chunks, the longest that fit: runs, 14 symbols of 1 bit, or 7 of 2 bits. A small value that can be
/// copied to try something out.
struct PacketStatusEncoder: BitwiseCopyable {
    /// Up to 14 symbols, 2 bits each, the first in the lowest place.
    private var symbols: UInt32 = 0
    private var count = 0
    private var isRun = true
    private var hasLarge = false
    /// Chunks that were given out.
    private(set) var chunkCount = 0

    private func symbol(_ index: Int) -> PacketStatusSymbol {
        PacketStatusSymbol(rawValue: UInt8(truncatingIfNeeded: symbols >> UInt32(2 * index) & 3)) ?? .reserved
    }

    private func hasRoom(_ next: PacketStatusSymbol) -> Bool {
        count < 7 || (count < 14 && !hasLarge && next != .largeDelta)
            || (count < PacketStatusChunk.maximumRun && isRun && symbol(0) == next)
    }

    /// Takes in a symbol. Returns a chunk of those before it when it does not go with them.
    mutating func add(_ next: PacketStatusSymbol) -> PacketStatusChunk? {
        let chunk = hasRoom(next) ? nil : flush(isLast: false)
        if count < 14 { symbols |= UInt32(next.rawValue) << UInt32(2 * count) }
        isRun = isRun && (count == 0 || symbol(0) == next)
        hasLarge = hasLarge || next == .largeDelta
        count += 1
        return chunk
    }

    /// Takes in `number` packets that did not arrive. It gives at most one chunk at a time: call again with what is left.
    mutating func addGap(_ number: inout Int) -> PacketStatusChunk? {
        while number > 0 {
            // Inside a run all that fits is taken at once.
            if isRun, count > 14, symbol(0) == .notReceived {
                let taken = min(number, PacketStatusChunk.maximumRun - count)
                count += taken
                number -= taken
                if taken > 0 { continue }
            }
            number -= 1
            if let chunk = add(.notReceived) { return chunk }
        }
        return nil
    }

    /// Gives out the chunk that speaks of the first symbols, as many as go into it, or nil when there are none.
    ///
    /// - Parameter isLast: No symbols follow, so that the chunk may end in some that mean nothing.
    mutating func flush(isLast: Bool) -> PacketStatusChunk? {
        guard count > 0 else { return nil }
        chunkCount += 1
        if isRun {
            let chunk = PacketStatusChunk(run: symbol(0), count: count)
            clear(0)
            return chunk
        }
        var bits: UInt16 = 0
        if hasLarge || (!isLast && count < 14) {
            for index in 0..<min(count, 7) { bits |= UInt16(symbol(index).rawValue) << UInt16(12 - 2 * index) }
            clear(max(count - 7, 0))
            return PacketStatusChunk(rawValue: 0xC000 | bits)
        }
        for index in 0..<min(count, 14) { bits |= UInt16(symbol(index).rawValue) << UInt16(13 - index) }
        clear(0)
        return PacketStatusChunk(rawValue: 0x8000 | bits)
    }

    /// Keeps the last `kept` symbols of 14 at most.
    private mutating func clear(_ kept: Int) {
        symbols = kept == 0 ? 0 : symbols >> UInt32(2 * (count - kept))
        count = kept
        isRun = true
        hasLarge = false
        for index in 0..<kept {
            isRun = isRun && symbol(index) == symbol(0)
            hasLarge = hasLarge || symbol(index) == .largeDelta
        }
    }
}
