import RTP
import Testing
import Wire

/// The bytes that `text` names in hexadecimal; everything else is skipped.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// A generator whose numbers a test can have again (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// What `body` writes into `capacity` bytes that hold rubbish: the rubbish may not show through.
func written(
    _ capacity: Int = 2000,
    _ body: (inout MutableRawSpan) throws(RTPError) -> Int
) throws(RTPError) -> [UInt8] {
    var slot = [UInt8](repeating: 0xEE, count: capacity)
    var span = slot.mutableSpan
    var bytes = unsafe span.mutableBytes
    let count = try body(&bytes)
    return Array(slot.prefix(count))
}

/// Lets `body` change `bytes` in place.
func changed(
    _ bytes: [UInt8],
    _ body: (inout MutableRawSpan) throws(RTPError) -> Void
) throws(RTPError) -> [UInt8] {
    var slot = bytes
    var span = slot.mutableSpan
    var mutable = unsafe span.mutableBytes
    try body(&mutable)
    return slot
}

/// The error that `body` throws for `bytes`, or nil.
func failure(_ bytes: [UInt8], _ body: (RawSpan) throws(RTPError) -> Void) -> RTPError? {
    do throws(RTPError) {
        try body(bytes.rawSpan)
        return nil
    } catch {
        return error
    }
}

/// Expects that `parse` takes `bytes` and none of their beginnings.
func expectTruncationsThrow(
    _ bytes: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ parse: (RawSpan) throws(RTPError) -> Void
) {
    #expect(failure(bytes, parse) == nil, sourceLocation: sourceLocation)
    for length in bytes.indices {
        #expect(
            failure(Array(bytes.prefix(length)), parse) != nil,
            "cut to \(length) of \(bytes.count)",
            sourceLocation: sourceLocation
        )
    }
}

/// Expects that `write` fits into exactly as many bytes as it makes, and that any fewer are refused.
func expectCapacityIsChecked(
    _ expected: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ write: (inout MutableRawSpan) throws(RTPError) -> Int
) {
    for capacity in 0...expected.count {
        do throws(RTPError) {
            let bytes = try written(capacity, write)
            #expect(capacity == expected.count && bytes == expected, sourceLocation: sourceLocation)
        } catch {
            #expect(capacity < expected.count, "\(error)", sourceLocation: sourceLocation)
        }
    }
}
