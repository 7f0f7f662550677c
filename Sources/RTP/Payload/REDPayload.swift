import Wire

/// Several pieces of audio in one packet: the newest and copies of older ones (RFC 2198 section 3).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |1|   block PT  |  timestamp offset         |   block length    |   redundant, the oldest first
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |0|   block PT  |   primary, whose data goes to the end
/// +-+-+-+-+-+-+-+-+
/// ```
public struct REDPayload: Sendable {
    /// A piece of audio.
    public struct Block: Hashable, Sendable {
        public let payloadType: PayloadType
        /// How many ticks before the timestamp of the packet it belongs, 0 ... 16383; 0 for the primary one.
        public let timestampOffset: UInt16
        /// Where it lies in the payload.
        public let range: Range<Int>
        public let isPrimary: Bool
    }

    /// How many redundant blocks there are.
    public let redundantCount: Int
    /// Where the data of the primary block lies in the payload.
    public let primaryRange: Range<Int>
    private var index = 0
    private var dataPosition: Int

    /// Reads the payload of a packet, which is `payload`.
    ///
    /// - Throws: ``RTPError/truncated(needed:available:)`` where the blocks are longer than the payload.
    public init(parsing payload: RawSpan) throws(RTPError) {
        var position = 0
        var dataLength = 0
        while true {
            try payload.require(position + 1)
            guard payload.loadUInt8(at: position) & 0x80 != 0 else { break }
            try payload.require(position + 4)
            dataLength += Int(payload.loadUInt16(at: position + 2) & 0x3FF)
            position += 4
        }
        redundantCount = position / 4
        dataPosition = position + 1
        try payload.require(dataPosition + dataLength)
        primaryRange = dataPosition + dataLength..<payload.byteCount
    }

    /// The next block, the primary one last, or nil behind it. `payload` is the one this was read from.
    public mutating func next(in payload: RawSpan) -> Block? {
        let header = 4 * index
        guard index <= redundantCount, header < payload.byteCount, primaryRange.upperBound <= payload.byteCount else {
            return nil
        }
        let payloadType = PayloadType(payload.loadUInt8(at: header))
        defer { index += 1 }
        guard index < redundantCount, header + 4 <= payload.byteCount else {
            return Block(payloadType: payloadType, timestampOffset: 0, range: primaryRange, isPrimary: true)
        }
        let word = payload.loadUInt24(at: header + 1)
        let start = dataPosition
        let end = start + Int(word & 0x3FF)
        guard end <= primaryRange.lowerBound else { return nil }
        dataPosition = end
        return Block(
            payloadType: payloadType,
            timestampOffset: UInt16(truncatingIfNeeded: word >> 10),
            range: start..<end,
            isPrimary: false
        )
    }

    /// Writes the header of a redundant block.
    ///
    /// - Returns: 4.
    /// - Throws: ``RTPError/unrepresentable(_:)`` for an offset beyond 16383 or a length beyond 1023.
    public static func writeRedundantHeader(
        _ payloadType: PayloadType,
        timestampOffset: Int,
        length: Int,
        to bytes: inout MutableRawSpan,
        at offset: Int
    ) throws(RTPError) -> Int {
        guard (0...0x3FFF).contains(timestampOffset) else { throw .unrepresentable(timestampOffset) }
        guard (0...0x3FF).contains(length) else { throw .unrepresentable(length) }
        guard bytes.byteCount - offset >= 4 else { throw .noCapacity(needed: 4, available: bytes.byteCount - offset) }
        bytes.store(0x80 | payloadType.rawValue, at: offset)
        bytes.store24(UInt32(timestampOffset) << 10 | UInt32(length), at: offset + 1)
        return 4
    }

    /// Writes the header of the primary block, behind which all data follows.
    ///
    /// - Returns: 1.
    public static func writePrimaryHeader(
        _ payloadType: PayloadType,
        to bytes: inout MutableRawSpan,
        at offset: Int
    ) throws(RTPError) -> Int {
        guard bytes.byteCount > offset else { throw .noCapacity(needed: 1, available: bytes.byteCount - offset) }
        bytes.store(payloadType.rawValue, at: offset)
        return 1
    }
}
