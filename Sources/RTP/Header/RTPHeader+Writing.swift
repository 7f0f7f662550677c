public import Wire

// Fields of a packet in place. The packet starts at `offset` and was parsed or written before: these calls trap when the 12
// bytes of its fixed header are not there.
extension RTPHeader {
    @inlinable
    public static func set(_ ssrc: SSRC, in bytes: inout MutableRawSpan, at offset: Int = 0) {
        bytes.store(ssrc.rawValue, at: offset + 8)
    }

    @inlinable
    public static func set(_ sequenceNumber: SequenceNumber, in bytes: inout MutableRawSpan, at offset: Int = 0) {
        bytes.store(sequenceNumber.rawValue, at: offset + 2)
    }

    @inlinable
    public static func set(_ timestamp: RTPTimestamp, in bytes: inout MutableRawSpan, at offset: Int = 0) {
        bytes.store(timestamp.rawValue, at: offset + 4)
    }

    /// Leaves the marker as it is.
    @inlinable
    public static func set(_ payloadType: PayloadType, in bytes: inout MutableRawSpan, at offset: Int = 0) {
        let marker = bytes.bytes.loadUInt8(at: offset + 1) & 0x80
        bytes.store(marker | payloadType.rawValue, at: offset + 1)
    }

    @inlinable
    public static func set(marker: Bool, in bytes: inout MutableRawSpan, at offset: Int = 0) {
        let payloadType = bytes.bytes.loadUInt8(at: offset + 1) & 0x7F
        bytes.store(payloadType | (marker ? 0x80 : 0), at: offset + 1)
    }

    /// Sets or clears the bit that says that the payload ends in padding.
    @inlinable
    public static func set(hasPadding: Bool, in bytes: inout MutableRawSpan, at offset: Int = 0) {
        let rest = bytes.bytes.loadUInt8(at: offset) & ~0x20
        bytes.store(rest | (hasPadding ? 0x20 : 0), at: offset)
    }

    /// Writes the fixed header of a packet without CSRCs. With `hasExtension`, a ``HeaderExtensionWriter`` goes on behind
    /// it.
    ///
    /// - Returns: 12.
    @inlinable
    public static func write(
        payloadType: PayloadType,
        marker: Bool,
        sequenceNumber: SequenceNumber,
        timestamp: RTPTimestamp,
        ssrc: SSRC,
        hasExtension: Bool,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> Int {
        let available = bytes.byteCount - offset
        guard available >= fixedLength else { throw .noCapacity(needed: fixedLength, available: available) }
        bytes.store(UInt8(hasExtension ? 0x90 : 0x80), at: offset)
        bytes.store(payloadType.rawValue | (marker ? 0x80 : 0), at: offset + 1)
        bytes.store(sequenceNumber.rawValue, at: offset + 2)
        bytes.store(timestamp.rawValue, at: offset + 4)
        bytes.store(ssrc.rawValue, at: offset + 8)
        return fixedLength
    }

    /// Appends `padding` bytes of padding to the packet of `count` bytes at `offset` and sets its padding bit.
    ///
    /// - Parameter padding: 1 ... 255; the last byte holds it, the others are zero.
    /// - Returns: The new length of the packet.
    public static func appendPadding(
        _ padding: UInt8,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0,
        count: Int
    ) throws(RTPError) -> Int {
        guard padding > 0 else { throw .padding(count: 0, available: count) }
        let available = bytes.byteCount - offset - count
        guard available >= padding else { throw .noCapacity(needed: Int(padding), available: available) }
        let end = offset + count + Int(padding)
        bytes.zero(offset + count..<end)
        bytes.store(padding, at: end - 1)
        set(hasPadding: true, in: &bytes, at: offset)
        return count + Int(padding)
    }
}
