import Wire

/// How the frame of a packet depends on others, readable without the payload: a header extension (RTP Payload Format for AV1
/// appendix A).
///
/// ```
/// | S E template id (6) | frame number (16) |  S: start of frame, E: end of frame
/// | structure? active? dtis? fdiffs? chains? | structure | active decode targets | ... |
/// ```
public struct DependencyDescriptor: Hashable, Sendable {
    public static let uri =
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"

    /// The packet is the first of the frame.
    public var startsFrame: Bool
    /// The packet is the last of the frame.
    public var endsFrame: Bool
    /// 0 ... 63.
    public var templateID: UInt8
    /// It wraps, and travels as the publisher wrote it: other frames refer to it.
    public var frameNumber: UInt16
    /// True if the packet brings a new structure.
    public var hasStructure: Bool
    /// The decode targets, a bit each, that the stream has from here on; nil where that does not change.
    public var activeDecodeTargets: UInt32?
    /// What the template says, with what the frame has of its own instead.
    public var dependencies: FrameDependencyTemplate

    public init(
        startsFrame: Bool,
        endsFrame: Bool,
        templateID: UInt8,
        frameNumber: UInt16,
        hasStructure: Bool,
        activeDecodeTargets: UInt32?,
        dependencies: FrameDependencyTemplate
    ) {
        self.startsFrame = startsFrame
        self.endsFrame = endsFrame
        self.templateID = templateID & 0x3F
        self.frameNumber = frameNumber
        self.hasStructure = hasStructure
        self.activeDecodeTargets = activeDecodeTargets
        self.dependencies = dependencies
    }

    /// Reads the value of the header extension.
    ///
    /// - Parameter structure: The structure of the stream, which the descriptor of a key frame replaces. It stays as it is
    ///   when this throws.
    /// - Throws: ``RTPError/unknownTemplate(_:)`` when there is no structure yet, or it is not the one that the frame goes
    ///   with; ``RTPError/truncated(needed:available:)``; ``RTPError/invalidField(offset:)``.
    public init(parsing bytes: RawSpan, structure: inout FrameDependencyStructure?) throws(RTPError) {
        try bytes.require(3)
        let first = bytes.loadUInt8(at: 0)
        startsFrame = first & 0x80 != 0
        endsFrame = first & 0x40 != 0
        templateID = first & 0x3F
        frameNumber = bytes.loadUInt16(at: 1)
        hasStructure = false
        activeDecodeTargets = nil
        guard bytes.byteCount > 3 else {
            guard let template = structure?.template(id: templateID) else {
                throw .unknownTemplate(Int(templateID))
            }
            dependencies = template
            return
        }
        var reader = BitReader(bytes.extracting(3..<bytes.byteCount))
        hasStructure = try reader.readFlag()
        let hasActiveDecodeTargets = try reader.readFlag()
        let hasIndications = try reader.readFlag()
        let hasFrameDifferences = try reader.readFlag()
        let hasChainDifferences = try reader.readFlag()
        let attached = hasStructure ? try FrameDependencyStructure(&reader) : nil
        // The structures are asked where they are: they are large to copy.
        guard var template = hasStructure ? attached?.template(id: templateID) : structure?.template(id: templateID)
        else { throw .unknownTemplate(Int(templateID)) }
        let decodeTargetCount = attached?.decodeTargetCount ?? structure?.decodeTargetCount ?? 0
        let chainCount = attached?.chainCount ?? structure?.chainCount ?? 0
        if let attached { activeDecodeTargets = attached.allDecodeTargets }
        if hasActiveDecodeTargets { activeDecodeTargets = try reader.read(decodeTargetCount) }
        if hasIndications {
            for target in 0..<decodeTargetCount {
                let indication = UInt8(truncatingIfNeeded: try reader.read(2))
                template[decodeTarget: target] = DecodeTargetIndication(rawValue: indication) ?? .notPresent
            }
        }
        if hasFrameDifferences {
            template.removeFrameDifferences()
            while true {
                let size = Int(try reader.read(2))
                guard size > 0 else { break }
                try template.appendFrameDifference(Int(try reader.read(4 * size)) + 1)
            }
        }
        if hasChainDifferences {
            for chain in 0..<chainCount {
                template[chain: chain] = UInt8(truncatingIfNeeded: try reader.read(8))
            }
        }
        dependencies = template
        if let attached { structure = attached }
    }

    /// Writes the value of a header extension: what the frame shares with its template is left out, and `structure` goes
    /// along if ``hasStructure`` is set.
    ///
    /// - Parameters:
    ///   - structure: That of the stream.
    ///   - limit: The most bytes to write.
    /// - Returns: The length.
    /// - Throws: ``RTPError/unknownTemplate(_:)``, ``RTPError/noCapacity(needed:available:)``.
    public func write(
        structure: FrameDependencyStructure,
        limit: Int = 255,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> Int {
        guard let template = structure.template(id: templateID) else { throw .unknownTemplate(Int(templateID)) }
        let available = min(limit, bytes.byteCount - offset)
        guard available >= 3 else { throw .noCapacity(needed: 3, available: available) }
        bytes.store((startsFrame ? 0x80 : 0) | (endsFrame ? 0x40 : 0) | (templateID & 0x3F), at: offset)
        bytes.store(frameNumber, at: offset + 1)
        let hasIndications = !dependencies.hasSameIndications(as: template)
        let hasFrameDifferences = !dependencies.hasSameFrameDifferences(as: template)
        let hasChainDifferences = !dependencies.hasSameChainDifferences(as: template)
        let active = hasStructure && activeDecodeTargets == structure.allDecodeTargets ? nil : activeDecodeTargets
        guard hasStructure || active != nil || hasIndications || hasFrameDifferences || hasChainDifferences else {
            return 3
        }
        var writer = BitWriter(at: offset + 3, end: offset + available)
        try writer.write(hasStructure, to: &bytes)
        try writer.write(active != nil, to: &bytes)
        try writer.write(hasIndications, to: &bytes)
        try writer.write(hasFrameDifferences, to: &bytes)
        try writer.write(hasChainDifferences, to: &bytes)
        if hasStructure { try structure.write(&writer, to: &bytes) }
        if let active { try writer.write(active, structure.decodeTargetCount, to: &bytes) }
        if hasIndications {
            for target in 0..<structure.decodeTargetCount {
                try writer.write(UInt32(dependencies[decodeTarget: target].rawValue), 2, to: &bytes)
            }
        }
        if hasFrameDifferences {
            for index in 0..<dependencies.frameDifferenceCount {
                let value = UInt32(dependencies.frameDifference(index) - 1)
                let size = value < 16 ? 1 : value < 256 ? 2 : 3
                try writer.write(UInt32(size), 2, to: &bytes)
                try writer.write(value, 4 * size, to: &bytes)
            }
            try writer.write(0, 2, to: &bytes)
        }
        if hasChainDifferences {
            for chain in 0..<structure.chainCount {
                try writer.write(UInt32(dependencies[chain: chain]), 8, to: &bytes)
            }
        }
        return 3 + writer.byteCount
    }
}
