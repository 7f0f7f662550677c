/// The templates of a coded video sequence, sent with its key frame (RTP Payload Format for AV1 appendix A.8.3.2). Frames
/// that follow refer to it by template number, so whoever forwards keeps it for each stream.
///
/// About 5 kB in place, without anything on the heap.
public struct FrameDependencyStructure: Hashable, Sendable, BitwiseCopyable {
    public static let maximumTemplates = 64
    public static let maximumDecodeTargets = 32
    public static let maximumSpatialLayers = 4
    public static let maximumTemporalLayers = 8

    /// The number of the first template, 0 ... 63.
    public internal(set) var templateIDOffset: UInt8 = 0
    /// 1 ... 32.
    public internal(set) var decodeTargetCount = 1
    /// 0 ... 32, at most the number of decode targets.
    public internal(set) var chainCount = 0
    /// 1 ... 64.
    public internal(set) var templateCount = 0
    public internal(set) var spatialLayerCount = 1
    public internal(set) var hasResolutions = false
    var templates: [64 of FrameDependencyTemplate] = .init(repeating: FrameDependencyTemplate())
    /// By decode target.
    var protectingChains: [32 of UInt8] = .init(repeating: 0)
    /// Width and height minus one in 16 bits each, by spatial layer.
    var resolutions: [4 of UInt32] = .init(repeating: 0)

    init() {}

    /// A template by its number in descriptors, or nil.
    public func template(id: UInt8) -> FrameDependencyTemplate? {
        template(index: Int(id &- templateIDOffset) & 63)
    }

    /// A template by its place, or nil beyond ``templateCount``.
    public func template(index: Int) -> FrameDependencyTemplate? {
        index >= 0 && index < templateCount ? templates[index] : nil
    }

    /// The chain that tells whether a decode target is intact, or nil without chains.
    public func chain(protecting target: Int) -> Int? {
        target >= 0 && target < decodeTargetCount && chainCount > 0 ? Int(protectingChains[target]) : nil
    }

    /// The highest spatial and temporal layer of a decode target, or nil for one without frames.
    public func layers(ofDecodeTarget target: Int) -> (spatial: UInt8, temporal: UInt8)? {
        var layers: (spatial: UInt8, temporal: UInt8)?
        for index in 0..<templateCount where templates[index][decodeTarget: target] != .notPresent {
            layers = (
                max(layers?.spatial ?? 0, templates[index].spatialLayer),
                max(layers?.temporal ?? 0, templates[index].temporalLayer)
            )
        }
        return layers
    }

    /// The size of the pictures of a spatial layer in pixels, or nil where none is given.
    public func resolution(ofSpatialLayer layer: Int) -> (width: Int, height: Int)? {
        guard hasResolutions, layer >= 0, layer < spatialLayerCount else { return nil }
        return (Int(resolutions[layer] >> 16) + 1, Int(resolutions[layer] & 0xFFFF) + 1)
    }

    /// All decode targets: what is active when nothing else is said.
    public var allDecodeTargets: UInt32 {
        UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(decodeTargetCount)) - 1)
    }

    public static func == (left: FrameDependencyStructure, right: FrameDependencyStructure) -> Bool {
        guard
            left.templateIDOffset == right.templateIDOffset, left.decodeTargetCount == right.decodeTargetCount,
            left.chainCount == right.chainCount, left.templateCount == right.templateCount,
            left.spatialLayerCount == right.spatialLayerCount, left.hasResolutions == right.hasResolutions
        else { return false }
        for index in 0..<left.templateCount where left.templates[index] != right.templates[index] { return false }
        for target in 0..<left.decodeTargetCount
        where left.protectingChains[target] != right.protectingChains[target] { return false }
        for layer in 0..<left.spatialLayerCount where left.resolutions[layer] != right.resolutions[layer] {
            return false
        }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(templateIDOffset)
        hasher.combine(decodeTargetCount)
        hasher.combine(templateCount)
    }
}
