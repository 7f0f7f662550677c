import RTP
import Wire

/// What the payload of a packet says about its picture.
struct PayloadSummary: Sendable, BitwiseCopyable {
    /// A decoder can start at this packet.
    var startsKeyFrame = false
    /// H.264: parameter sets are in here.
    var hasParameterSets = false
    /// VP8 and VP9.
    var picture = PictureIdentity()
    var isPictureIDWide = false

    init() {}

    /// Reads what is in the clear in front of the coded data. A payload that cannot be read has nothing to say, and is
    /// forwarded as it is: end-to-end encrypted media look like that.
    init(_ codec: Codec, _ payload: RawSpan) {
        switch codec {
        case .opus, .otherAudio, .red: break
        case .otherVideo: startsKeyFrame = true
        case .vp8:
            guard let descriptor = try? VP8Descriptor(parsing: payload) else { return }
            startsKeyFrame = descriptor.startsKeyFrame(payload)
            picture = PictureIdentity(descriptor)
            isPictureIDWide = descriptor.pictureID?.isWide ?? false
        case .vp9:
            guard let descriptor = try? VP9Descriptor(parsing: payload) else { return }
            startsKeyFrame = descriptor.startsKeyFrame
            isPictureIDWide = descriptor.pictureID?.isWide ?? false
            if let pictureID = descriptor.pictureID {
                picture.hasPictureID = true
                picture.pictureID = pictureID.rawValue
            }
            if let index = descriptor.tl0PictureIndex {
                picture.hasTL0PictureIndex = true
                picture.tl0PictureIndex = index
            }
        case .h264:
            guard let units = try? H264Payload(parsing: payload) else { return }
            hasParameterSets = units.hasSequenceParameterSet
            startsKeyFrame = units.startsKeyFrame
        case .h265:
            let units = H265Summary(payload)
            hasParameterSets = units.hasParameterSets
            startsKeyFrame = units.hasParameterSets || units.startsRandomAccessPicture
        case .av1:
            guard let header = try? AV1AggregationHeader(parsing: payload) else { return }
            startsKeyFrame = header.startsCodedVideoSequence
        }
    }
}

extension PictureIdentity {
    init(_ descriptor: VP8Descriptor) {
        if let pictureID = descriptor.pictureID {
            hasPictureID = true
            self.pictureID = pictureID.rawValue
        }
        if let index = descriptor.tl0PictureIndex {
            hasTL0PictureIndex = true
            tl0PictureIndex = index
        }
        if let index = descriptor.keyIndex {
            hasKeyIndex = true
            keyIndex = index
        }
    }
}

/// Which NAL units an RTP packet of H.265 carries or starts (RFC 7798 section 4.4).
struct H265Summary {
    private(set) var hasParameterSets = false
    private(set) var startsRandomAccessPicture = false

    init(_ payload: RawSpan) {
        guard payload.byteCount >= 2 else { return }
        switch payload.loadUInt8(at: 0) >> 1 & 0x3F {
        case 48:  // Aggregation: a length before each unit.
            var position = 2
            while position + 4 <= payload.byteCount {
                insert(payload.loadUInt8(at: position + 2) >> 1 & 0x3F)
                position += 2 + Int(payload.loadUInt16(at: position))
            }
        case 49:  // A fragment: start bit and type behind the header.
            guard payload.byteCount >= 3, payload.loadUInt8(at: 2) & 0x80 != 0 else { return }
            insert(payload.loadUInt8(at: 2) & 0x3F)
        case let type: insert(type)
        }
    }

    private mutating func insert(_ type: UInt8) {
        switch type {
        case 16...21: startsRandomAccessPicture = true
        case 32, 33: hasParameterSets = true
        default: break
        }
    }
}
