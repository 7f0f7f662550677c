import Wire

/// What stands before the VP9 data of an RTP packet (RFC 9628 section 4.2).
///
/// ```
///      0 1 2 3 4 5 6 7
///     +-+-+-+-+-+-+-+-+
///     |I|P|L|F|B|E|V|Z|  required
///     +-+-+-+-+-+-+-+-+
/// I:  |M| PICTURE ID  |  7 bits, or 15 with M
/// L:  | TID |U| SID |D|
/// !F: |   TL0PICIDX   |  with L
/// F:  | P_DIFF      |N|  with P, up to 3 times
/// V:  | SS            |  see ``VP9ScalabilityStructure``
///     +-+-+-+-+-+-+-+-+
/// ```
public struct VP9Descriptor: Hashable, Sendable {
    public typealias PictureID = VP8Descriptor.PictureID

    /// What L says about a packet.
    public struct Layer: Hashable, Sendable, BitwiseCopyable {
        /// TID, 0 ... 7.
        public let temporal: UInt8
        /// U: from here one may go up to this temporal layer.
        public let isSwitchingUpPoint: Bool
        /// SID, 0 ... 7.
        public let spatial: UInt8
        /// D: the picture refers to the spatial layer below of the same time.
        public let isInterLayerPredicted: Bool
    }

    /// P: the picture refers to earlier ones.
    public let isInterPicturePredicted: Bool
    /// F: references are given picture by picture.
    public let isFlexible: Bool
    /// B: the first packet of a frame of one spatial layer.
    public let startsFrame: Bool
    /// E: the last packet of a frame of one spatial layer.
    public let endsFrame: Bool
    /// Z: no higher spatial layer of the same time refers to this one.
    public let isNotReferenceForUpperLayers: Bool
    public let pictureID: PictureID?
    public let layer: Layer?
    /// The number of base temporal layer pictures so far, modulo 256; only in non-flexible mode.
    public let tl0PictureIndex: UInt8?
    /// How far back the references are, in pictures; 0 for the ones that are not there.
    public let pictureDifferences: (UInt8, UInt8, UInt8)
    /// Where the scalability structure starts in the payload, if there is one.
    public let structureOffset: Int?
    /// The length of the descriptor in bytes.
    public let length: Int
    /// Where the TL0PICIDX lies.
    private let tl0Offset: Int

    /// Reads the descriptor that the payload of a packet starts with.
    public init(parsing payload: RawSpan) throws(RTPError) {
        try payload.require(1)
        let first = payload.loadUInt8(at: 0)
        isInterPicturePredicted = first & 0x40 != 0
        isFlexible = first & 0x10 != 0
        startsFrame = first & 0x08 != 0
        endsFrame = first & 0x04 != 0
        isNotReferenceForUpperLayers = first & 0x01 != 0
        var position = 1
        if first & 0x80 != 0 {
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
        } else {
            pictureID = nil
        }
        tl0Offset = position + 1
        if first & 0x20 != 0 {
            try payload.require(position + (isFlexible ? 1 : 2))
            let byte = payload.loadUInt8(at: position)
            layer = Layer(
                temporal: byte >> 5,
                isSwitchingUpPoint: byte & 0x10 != 0,
                spatial: byte >> 1 & 0x07,
                isInterLayerPredicted: byte & 0x01 != 0
            )
            tl0PictureIndex = isFlexible ? nil : payload.loadUInt8(at: position + 1)
            position += isFlexible ? 1 : 2
        } else {
            layer = nil
            tl0PictureIndex = nil
        }
        var differences: (UInt8, UInt8, UInt8) = (0, 0, 0)
        if isFlexible, isInterPicturePredicted {
            for index in 0..<3 {
                try payload.require(position + 1)
                let byte = payload.loadUInt8(at: position)
                position += 1
                switch index {
                case 0: differences.0 = byte >> 1
                case 1: differences.1 = byte >> 1
                default: differences.2 = byte >> 1
                }
                guard byte & 1 != 0 else { break }
                // A fourth reference may not be.
                guard index < 2 else { throw .invalidField(offset: position - 1) }
            }
        }
        pictureDifferences = differences
        if first & 0x02 != 0 {
            structureOffset = position
            position += try VP9ScalabilityStructure(parsing: payload, at: position).length
        } else {
            structureOffset = nil
        }
        length = position
    }

    /// True for the first packet of a key frame: the start of the lowest spatial layer, which refers to nothing.
    public var startsKeyFrame: Bool {
        startsFrame && !isInterPicturePredicted && (layer?.spatial ?? 0) == 0
    }

    /// Writes other values for what is there over the payload that starts at `offset` and that this was read from. A picture
    /// id keeps its width.
    public func rewrite(
        pictureID newPictureID: UInt16? = nil,
        tl0PictureIndex newIndex: UInt8? = nil,
        in bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) {
        if let newPictureID, let pictureID {
            let value = PictureID(newPictureID, isWide: pictureID.isWide).rawValue
            if pictureID.isWide {
                bytes.store(value | 0x8000, at: offset + 1)
            } else {
                bytes.store(UInt8(truncatingIfNeeded: value), at: offset + 1)
            }
        }
        if let newIndex, tl0PictureIndex != nil { bytes.store(newIndex, at: offset + tl0Offset) }
    }

    public static func == (left: VP9Descriptor, right: VP9Descriptor) -> Bool {
        left.isInterPicturePredicted == right.isInterPicturePredicted && left.isFlexible == right.isFlexible
            && left.startsFrame == right.startsFrame && left.endsFrame == right.endsFrame
            && left.isNotReferenceForUpperLayers == right.isNotReferenceForUpperLayers
            && left.pictureID == right.pictureID && left.layer == right.layer
            && left.tl0PictureIndex == right.tl0PictureIndex
            && left.pictureDifferences == right.pictureDifferences
            && left.structureOffset == right.structureOffset && left.length == right.length
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(pictureID)
        hasher.combine(layer)
        hasher.combine(tl0PictureIndex)
        hasher.combine(length)
    }
}
