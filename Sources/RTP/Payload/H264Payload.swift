import Wire

/// Which NAL units an RTP packet of H.264 carries or starts (RFC 6184 section 5.2, packetization modes 0 and 1).
public struct H264Payload: Hashable, Sendable, BitwiseCopyable {
    private static let idrSlice: UInt8 = 5
    private static let sequenceParameterSet: UInt8 = 7
    private static let pictureParameterSet: UInt8 = 8
    private static let singleTimeAggregation: UInt8 = 24
    private static let fragmentationUnit: UInt8 = 28

    /// A bit for each NAL unit type that is there, whole or with its first fragment.
    public private(set) var unitTypes: UInt32 = 0
    /// True for a fragment that is not the first of its NAL unit.
    public private(set) var continuesUnit = false

    /// Reads the payload of a packet.
    ///
    /// - Throws: ``RTPError/truncated(needed:available:)`` for an empty payload, and where an aggregated unit is cut off.
    public init(parsing payload: RawSpan) throws(RTPError) {
        try payload.require(1)
        let type = payload.loadUInt8(at: 0) & 0x1F
        switch type {
        case Self.singleTimeAggregation:
            var position = 1
            while position < payload.byteCount {
                try payload.require(position + 2)
                let length = Int(payload.loadUInt16(at: position))
                guard length > 0 else { throw .length(length) }
                try payload.require(position + 2 + length)
                insert(payload.loadUInt8(at: position + 2) & 0x1F)
                position += 2 + length
            }
            guard position > 1 else { throw .truncated(needed: 4, available: payload.byteCount) }
        case Self.fragmentationUnit:
            try payload.require(2)
            let header = payload.loadUInt8(at: 1)
            if header & 0x80 != 0 {
                insert(header & 0x1F)
            } else {
                continuesUnit = true
            }
        default:
            insert(type)
        }
    }

    private mutating func insert(_ type: UInt8) {
        unitTypes |= 1 << UInt32(type)
    }

    private func contains(_ type: UInt8) -> Bool { unitTypes & 1 << UInt32(type) != 0 }

    public var hasSequenceParameterSet: Bool { contains(Self.sequenceParameterSet) }
    public var hasPictureParameterSet: Bool { contains(Self.pictureParameterSet) }
    /// True where a slice of a key frame starts. A key frame may have several.
    public var startsIDRSlice: Bool { contains(Self.idrSlice) }

    /// True if a decoder can start about here: the parameter sets of a key frame, or a key frame without them, whose sets
    /// were sent before or in the session description.
    public var startsKeyFrame: Bool { hasSequenceParameterSet || startsIDRSlice }
}
