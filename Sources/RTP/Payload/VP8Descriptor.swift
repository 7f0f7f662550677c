import Wire

/// What stands before the VP8 data of an RTP packet (RFC 7741 section 4.2).
///
/// ```
///      0 1 2 3 4 5 6 7
///     +-+-+-+-+-+-+-+-+
///     |X|R|N|S|R| PID |  required
///     +-+-+-+-+-+-+-+-+
/// X:  |I|L|T|K| RSV   |
/// I:  |M| PictureID   |  7 bits, or 15 with M
///     |   PictureID   |
/// L:  |   TL0PICIDX   |
/// T/K:|TID|Y| KEYIDX  |
///     +-+-+-+-+-+-+-+-+
/// ```
public struct VP8Descriptor: Hashable, Sendable {
    /// The number of a picture, which wraps at its width.
    public struct PictureID: Hashable, Sendable, BitwiseCopyable {
        public let rawValue: UInt16
        /// 15 bits, or 7.
        public let isWide: Bool

        /// Keeps the bits that there is room for.
        public init(_ rawValue: UInt16, isWide: Bool) {
            self.rawValue = rawValue & (isWide ? 0x7FFF : 0x7F)
            self.isWide = isWide
        }
    }

    /// N: no other picture refers to this one.
    public var isNonReference = false
    /// S: the packet starts a partition.
    public var startsPartition = false
    /// PID, 0 ... 7.
    public var partition: UInt8 = 0
    public var pictureID: PictureID?
    /// The number of base layer pictures so far, modulo 256.
    public var tl0PictureIndex: UInt8?
    /// TID, 0 ... 3, if there are temporal layers.
    public var temporalLayer: UInt8?
    /// Y: the picture refers to the base layer only. Meaningless without a temporal layer.
    public var isLayerSync = false
    /// KEYIDX, 0 ... 31: the number of the key frame that the picture goes back to.
    public var keyIndex: UInt8?

    public init() {}

    /// Reads the descriptor that the payload of a packet starts with.
    public init(parsing payload: RawSpan) throws(RTPError) {
        try payload.require(1)
        let first = payload.loadUInt8(at: 0)
        isNonReference = first & 0x20 != 0
        startsPartition = first & 0x10 != 0
        partition = first & 0x07
        guard first & 0x80 != 0 else { return }
        try payload.require(2)
        let flags = payload.loadUInt8(at: 1)
        var position = 2
        if flags & 0x80 != 0 {
            try payload.require(position + 1)
            let byte = payload.loadUInt8(at: position)
            if byte & 0x80 != 0 {
                try payload.require(position + 2)
                pictureID = PictureID(payload.loadUInt16(at: position), isWide: true)
                position += 2
            } else {
                pictureID = PictureID(UInt16(byte), isWide: false)
                position += 1
            }
        }
        if flags & 0x40 != 0 {
            try payload.require(position + 1)
            tl0PictureIndex = payload.loadUInt8(at: position)
            position += 1
        }
        guard flags & 0x30 != 0 else { return }
        try payload.require(position + 1)
        let byte = payload.loadUInt8(at: position)
        if flags & 0x20 != 0 {
            temporalLayer = byte >> 6
            isLayerSync = byte & 0x20 != 0
        }
        if flags & 0x10 != 0 { keyIndex = byte & 0x1F }
    }

    private var hasLayerByte: Bool { temporalLayer != nil || keyIndex != nil }

    private var isExtended: Bool { pictureID != nil || tl0PictureIndex != nil || hasLayerByte }

    /// The length of the descriptor in bytes, 1 ... 6: as ``write(to:at:)`` writes it, and, unless a peer sends extension
    /// flags that announce nothing, as it was read.
    public var encodedLength: Int {
        guard isExtended else { return 1 }
        return 2 + (pictureID.map { $0.isWide ? 2 : 1 } ?? 0) + (tl0PictureIndex == nil ? 0 : 1)
            + (hasLayerByte ? 1 : 0)
    }

    /// The length of the descriptor that a payload starts with, as it lies there.
    public static func length(of payload: RawSpan) throws(RTPError) -> Int {
        let descriptor = try VP8Descriptor(parsing: payload)
        // An extension byte without flags is legal and useless.
        return max(descriptor.encodedLength, payload.loadUInt8(at: 0) & 0x80 != 0 ? 2 : 1)
    }

    /// True if the packet that starts with this descriptor is the first of a key frame (RFC 7741 section 4.3): the start of
    /// partition 0, whose data begins with an inverse key frame bit of 0.
    public func startsKeyFrame(_ payload: RawSpan) -> Bool {
        guard startsPartition, partition == 0, !payload.isEmpty else { return false }
        let start = max(encodedLength, payload.loadUInt8(at: 0) & 0x80 != 0 ? 2 : 1)
        guard start < payload.byteCount else { return false }
        return payload.loadUInt8(at: start) & 1 == 0
    }

    /// Writes the descriptor. Over one that was read it is a rewrite in place, as long as ``encodedLength`` is the same:
    /// the width of the picture id must not change, and nothing may appear or go.
    ///
    /// - Returns: ``encodedLength``.
    public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) throws(RTPError) -> Int {
        let length = encodedLength
        guard bytes.byteCount - offset >= length else {
            throw .noCapacity(needed: length, available: bytes.byteCount - offset)
        }
        let first: UInt8 = (isNonReference ? 0x20 : 0) | (startsPartition ? 0x10 : 0) | (partition & 7)
        bytes.store(first | (isExtended ? 0x80 : 0), at: offset)
        guard isExtended else { return length }
        let identity: UInt8 = (pictureID == nil ? 0 : 0x80) | (tl0PictureIndex == nil ? 0 : 0x40)
        let layers: UInt8 = (temporalLayer == nil ? 0 : 0x20) | (keyIndex == nil ? 0 : 0x10)
        bytes.store(identity | layers, at: offset + 1)
        var position = offset + 2
        if let pictureID {
            if pictureID.isWide {
                bytes.store(pictureID.rawValue | 0x8000, at: position)
            } else {
                bytes.store(UInt8(truncatingIfNeeded: pictureID.rawValue), at: position)
            }
            position += pictureID.isWide ? 2 : 1
        }
        if let tl0PictureIndex {
            bytes.store(tl0PictureIndex, at: position)
            position += 1
        }
        if hasLayerByte {
            let layer = (temporalLayer ?? 0) & 3
            bytes.store(layer << 6 | (isLayerSync ? 0x20 : 0) | (keyIndex ?? 0) & 0x1F, at: position)
        }
        return length
    }
}
