import Wire

// The syntax of RTP Payload Format for AV1 appendix A.8.2, `template_dependency_structure()`.
extension FrameDependencyStructure {
    init(_ reader: inout BitReader) throws(RTPError) {
        self.init()
        templateIDOffset = UInt8(truncatingIfNeeded: try reader.read(6))
        decodeTargetCount = Int(try reader.read(5)) + 1
        try readLayers(&reader)
        for index in 0..<templateCount {
            for target in 0..<decodeTargetCount {
                let indication = UInt8(truncatingIfNeeded: try reader.read(2))
                templates[index][decodeTarget: target] = DecodeTargetIndication(rawValue: indication) ?? .notPresent
            }
        }
        for index in 0..<templateCount {
            while try reader.readFlag() {
                try templates[index].appendFrameDifference(Int(try reader.read(4)) + 1)
            }
        }
        try readChains(&reader)
        hasResolutions = try reader.readFlag()
        if hasResolutions {
            for layer in 0..<spatialLayerCount { resolutions[layer] = try reader.read(32) }
        }
    }

    /// `template_layers()`: each template says how it differs from the one before.
    private mutating func readLayers(_ reader: inout BitReader) throws(RTPError) {
        var template = FrameDependencyTemplate()
        while true {
            guard templateCount < Self.maximumTemplates else {
                throw .invalidField(offset: reader.position / 8)
            }
            templates[templateCount] = template
            templateCount += 1
            switch try reader.read(2) {
            case 0: break
            case 1: template.temporalLayer += 1
            case 2:
                template.temporalLayer = 0
                template.spatialLayer += 1
            default:
                spatialLayerCount = Int(template.spatialLayer) + 1
                return
            }
            guard template.temporalLayer < Self.maximumTemporalLayers,
                template.spatialLayer < Self.maximumSpatialLayers
            else { throw .invalidField(offset: reader.position / 8) }
        }
    }

    /// `template_chains()`.
    private mutating func readChains(_ reader: inout BitReader) throws(RTPError) {
        chainCount = try reader.readNonSymmetric(decodeTargetCount + 1)
        guard chainCount > 0 else { return }
        for target in 0..<decodeTargetCount {
            protectingChains[target] = UInt8(truncatingIfNeeded: try reader.readNonSymmetric(chainCount))
        }
        for index in 0..<templateCount {
            for chain in 0..<chainCount {
                templates[index][chain: chain] = UInt8(truncatingIfNeeded: try reader.read(4))
            }
        }
    }

    func write(_ writer: inout BitWriter, to bytes: inout MutableRawSpan) throws(RTPError) {
        try writer.write(UInt32(templateIDOffset), 6, to: &bytes)
        try writer.write(UInt32(decodeTargetCount - 1), 5, to: &bytes)
        for index in 0..<templateCount {
            try writer.write(layerStep(behind: index), 2, to: &bytes)
        }
        for index in 0..<templateCount {
            for target in 0..<decodeTargetCount {
                try writer.write(UInt32(templates[index][decodeTarget: target].rawValue), 2, to: &bytes)
            }
        }
        for index in 0..<templateCount {
            for reference in 0..<templates[index].frameDifferenceCount {
                try writer.write(true, to: &bytes)
                try writer.write(UInt32(templates[index].frameDifference(reference) - 1), 4, to: &bytes)
            }
            try writer.write(false, to: &bytes)
        }
        try writer.writeNonSymmetric(chainCount, decodeTargetCount + 1, to: &bytes)
        if chainCount > 0 {
            for target in 0..<decodeTargetCount {
                try writer.writeNonSymmetric(Int(protectingChains[target]), chainCount, to: &bytes)
            }
            for index in 0..<templateCount {
                for chain in 0..<chainCount {
                    try writer.write(UInt32(templates[index][chain: chain]), 4, to: &bytes)
                }
            }
        }
        try writer.write(hasResolutions, to: &bytes)
        if hasResolutions {
            for layer in 0..<spatialLayerCount { try writer.write(resolutions[layer], 32, to: &bytes) }
        }
    }

    /// `next_layer_idc` behind a template: 0 the same layers, 1 the next temporal one, 2 the next spatial one, 3 the end.
    private func layerStep(behind index: Int) -> UInt32 {
        guard index + 1 < templateCount else { return 3 }
        if templates[index + 1].spatialLayer != templates[index].spatialLayer { return 2 }
        return templates[index + 1].temporalLayer == templates[index].temporalLayer ? 0 : 1
    }
}
