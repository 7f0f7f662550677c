import RTP
import Testing
import Wire

@Suite("Dependency descriptor")
struct DependencyDescriptorTests {
    /// The key frame of a browser's stream of three spatial and three temporal layers, with its structure.
    static let keyFrame = hex(
        """
        c1017280081485214eafffaaaa863cf0430c10c302afc0aaa0063c00430010c002a000a80006000040001d954926e082b04a0941b820ac12
        82503157f974000ca864330e222222eca8655304224230eca877530077004200ef008601df010d
        """
    )
    /// What the same browser sent after it.
    static let laterFrames = [
        "860173", "460173", "8b0174", "0b0174", "c30175", "86017340fc", "c3017540fc", "c2017840fc",
    ]

    private func structure() throws -> FrameDependencyStructure {
        var structure: FrameDependencyStructure?
        _ = try DependencyDescriptor(parsing: Self.keyFrame.rawSpan, structure: &structure)
        return try #require(structure)
    }

    @Test func `a key frame brings templates, chains and sizes`() throws {
        var structure: FrameDependencyStructure?
        let descriptor = try DependencyDescriptor(parsing: Self.keyFrame.rawSpan, structure: &structure)
        #expect(descriptor.startsFrame && descriptor.endsFrame && descriptor.hasStructure)
        #expect(descriptor.frameNumber == 0x0172 && descriptor.activeDecodeTargets == 0x1FF)
        #expect(descriptor.dependencies.spatialLayer == 0 && descriptor.dependencies.temporalLayer == 0)
        #expect(descriptor.dependencies.frameDifferenceCount == 0)
        #expect((0..<9).allSatisfy { descriptor.dependencies[decodeTarget: $0] == .switch })
        let templates = try #require(structure)
        #expect(templates.decodeTargetCount == 9 && templates.chainCount == 3 && templates.spatialLayerCount == 3)
        #expect((0..<3).map { templates.resolution(ofSpatialLayer: $0)?.width } == [120, 240, 480])
        #expect((0..<3).map { templates.resolution(ofSpatialLayer: $0)?.height } == [67, 135, 270])
        #expect((0..<9).map { templates.chain(protecting: $0) } == [0, 0, 0, 1, 1, 1, 2, 2, 2])
        #expect((0..<9).map { templates.layers(ofDecodeTarget: $0)?.spatial } == [0, 0, 0, 1, 1, 1, 2, 2, 2])
        #expect((0..<9).map { templates.layers(ofDecodeTarget: $0)?.temporal } == [0, 1, 2, 0, 1, 2, 0, 1, 2])
    }

    @Test("frames behind it refer to its templates", arguments: laterFrames)
    func later(text: String) throws {
        var structure: FrameDependencyStructure? = try structure()
        let before = structure
        let bytes = hex(text)
        let descriptor = try DependencyDescriptor(parsing: bytes.rawSpan, structure: &structure)
        #expect(structure == before && !descriptor.hasStructure)
        #expect(descriptor.frameNumber == UInt16(bytes[1]) << 8 | UInt16(bytes[2]))
        #expect(descriptor.activeDecodeTargets == (bytes.count > 3 ? 0x3F : nil))
        let expected = try #require(try self.structure().template(id: bytes[0] & 0x3F))
        #expect(descriptor.dependencies == expected)
    }

    @Test func `a template for the next spatial layer`() throws {
        var structure: FrameDependencyStructure? = try structure()
        let descriptor = try DependencyDescriptor(parsing: hex("860173").rawSpan, structure: &structure)
        #expect(descriptor.startsFrame && !descriptor.endsFrame && descriptor.templateID == 6)
        #expect(descriptor.dependencies.spatialLayer == 1 && descriptor.dependencies.temporalLayer == 0)
        #expect(descriptor.dependencies.frameDifferenceCount == 1 && descriptor.dependencies.frameDifference(0) == 1)
    }

    @Test func `without a structure nothing can be said`() throws {
        var structure: FrameDependencyStructure?
        #expect(throws: RTPError.unknownTemplate(6)) {
            _ = try DependencyDescriptor(parsing: hex("860173").rawSpan, structure: &structure)
        }
        structure = try self.structure()
        #expect(throws: RTPError.unknownTemplate(63)) {
            _ = try DependencyDescriptor(parsing: hex("BF0173").rawSpan, structure: &structure)
        }
    }

    @Test func `every truncation throws and leaves the structure alone`() {
        for length in 0..<Self.keyFrame.count {
            var structure: FrameDependencyStructure?
            let bytes = Array(Self.keyFrame.prefix(length))
            #expect(throws: RTPError.self, "\(length)") {
                _ = try DependencyDescriptor(parsing: bytes.rawSpan, structure: &structure)
            }
            #expect(structure == nil)
        }
    }

    @Test("what is read is written the same", arguments: [keyFrame] + laterFrames.map { hex($0) })
    func roundTrip(bytes: [UInt8]) throws {
        let templates = try structure()
        var structure: FrameDependencyStructure? = templates
        let descriptor = try DependencyDescriptor(parsing: bytes.rawSpan, structure: &structure)
        expectCapacityIsChecked(bytes) { (bytes) throws(RTPError) in
            try descriptor.write(structure: templates, to: &bytes)
        }
    }

    @Test func `a frame with everything of its own`() throws {
        let templates = try structure()
        var dependencies = try #require(templates.template(id: 6))
        dependencies[decodeTarget: 3] = .notPresent
        dependencies[decodeTarget: 8] = .discardable
        for difference in [16, 17, 256, 257, 4096] { try dependencies.appendFrameDifference(difference) }
        dependencies[chain: 2] = 200
        let descriptor = DependencyDescriptor(
            startsFrame: true,
            endsFrame: false,
            templateID: 6,
            frameNumber: 0xFFFF,
            hasStructure: false,
            activeDecodeTargets: 0x0F,
            dependencies: dependencies
        )
        let bytes = try written { (bytes) throws(RTPError) in
            try descriptor.write(structure: templates, to: &bytes)
        }
        var structure: FrameDependencyStructure? = templates
        let read = try DependencyDescriptor(parsing: bytes.rawSpan, structure: &structure)
        #expect(read == descriptor)
        #expect((0..<6).map { read.dependencies.frameDifference($0) } == [1, 16, 17, 256, 257, 4096])
        expectTruncationsThrow(bytes) { (bytes) throws(RTPError) in
            guard bytes.byteCount != 3 else { throw .truncated(needed: 4, available: 3) }
            var structure: FrameDependencyStructure? = templates
            _ = try DependencyDescriptor(parsing: bytes, structure: &structure)
        }
    }

    @Test func `a late joiner gets the structure with any frame`() throws {
        let templates = try structure()
        var current: FrameDependencyStructure? = templates
        var descriptor = try DependencyDescriptor(parsing: hex("860173").rawSpan, structure: &current)
        descriptor.hasStructure = true
        descriptor.activeDecodeTargets = 0x7
        let bytes = try written { (bytes) throws(RTPError) in try descriptor.write(structure: templates, to: &bytes) }
        var fresh: FrameDependencyStructure?
        let read = try DependencyDescriptor(parsing: bytes.rawSpan, structure: &fresh)
        #expect(fresh == templates && read == descriptor)
    }
}
