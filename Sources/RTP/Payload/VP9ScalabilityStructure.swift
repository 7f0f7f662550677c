import Wire

/// The layers of a VP9 stream, sent with key frames (RFC 9628 section 4.2.1).
///
/// ```
///     | N_S |Y|G|-|-|-|
/// Y:  |     WIDTH     |  16 bits, and as many for HEIGHT; N_S + 1 times
/// G:  |      N_G      |
///     |  T  |U| R |-|-|  N_G times, each with R times
///     |    P_DIFF     |
/// ```
public struct VP9ScalabilityStructure: Hashable, Sendable, BitwiseCopyable {
    /// 1 ... 8.
    public let spatialLayerCount: Int
    /// True if it gives a resolution per spatial layer.
    public let hasResolutions: Bool
    /// How many pictures its group describes.
    public let pictureGroupSize: Int
    /// In bytes.
    public let length: Int
    private let start: Int

    /// Reads the structure at `offset` of a payload.
    public init(parsing payload: RawSpan, at offset: Int) throws(RTPError) {
        guard offset >= 0 else { throw .length(offset) }
        start = offset
        try payload.require(offset + 1)
        let first = payload.loadUInt8(at: offset)
        spatialLayerCount = Int(first >> 5) + 1
        hasResolutions = first & 0x10 != 0
        var position = offset + 1
        if hasResolutions {
            position += 4 * spatialLayerCount
            try payload.require(position)
        }
        if first & 0x08 != 0 {
            try payload.require(position + 1)
            pictureGroupSize = Int(payload.loadUInt8(at: position))
            position += 1
            for _ in 0..<pictureGroupSize {
                try payload.require(position + 1)
                position += 1 + Int(payload.loadUInt8(at: position) >> 2 & 3)
                try payload.require(position)
            }
        } else {
            pictureGroupSize = 0
        }
        length = position - offset
    }

    /// The size of the pictures of a spatial layer in pixels, or nil where none is given.
    public func resolution(_ spatialLayer: Int, in payload: RawSpan) -> (width: Int, height: Int)? {
        let offset = start + 1 + 4 &* spatialLayer
        guard hasResolutions, spatialLayer >= 0, spatialLayer < spatialLayerCount, offset + 4 <= payload.byteCount
        else { return nil }
        return (Int(payload.loadUInt16(at: offset)), Int(payload.loadUInt16(at: offset + 2)))
    }
}
