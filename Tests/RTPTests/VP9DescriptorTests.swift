import RTP
import Testing
import Wire

@Suite("VP9 descriptor")
struct VP9DescriptorTests {
    /// Non-flexible, start of frame, wide picture id, layer, structure of two layers with sizes and a group of two.
    static let keyFrame = hex(
        "AA 8123 00 07 38 0140 00B4 0280 0168 02 04 01 38 01 02 AA"
    )
    static let flexible = hex("F4 11 73 03 05 02 AA")

    @Test func `a key frame with its structure`() throws {
        let bytes = Self.keyFrame
        let descriptor = try VP9Descriptor(parsing: bytes.rawSpan)
        #expect(descriptor.pictureID == .init(0x123, isWide: true) && descriptor.startsKeyFrame)
        #expect(descriptor.startsFrame && !descriptor.endsFrame && !descriptor.isInterPicturePredicted)
        #expect(descriptor.layer?.spatial == 0 && descriptor.layer?.temporal == 0)
        #expect(descriptor.tl0PictureIndex == 7)
        let offset = try #require(descriptor.structureOffset)
        let structure = try VP9ScalabilityStructure(parsing: bytes.rawSpan, at: offset)
        #expect(structure.spatialLayerCount == 2 && structure.pictureGroupSize == 2)
        #expect(structure.resolution(1, in: bytes.rawSpan).map { [$0.width, $0.height] } == [640, 360])
        #expect(structure.resolution(2, in: bytes.rawSpan) == nil)
        #expect(descriptor.length == 20)
    }

    @Test func `flexible mode has references and no TL0PICIDX`() throws {
        let descriptor = try VP9Descriptor(parsing: Self.flexible.rawSpan)
        #expect(descriptor.isFlexible && descriptor.isInterPicturePredicted && descriptor.endsFrame)
        #expect(descriptor.layer?.temporal == 3 && descriptor.layer?.isSwitchingUpPoint == true)
        #expect(descriptor.layer?.spatial == 1 && descriptor.layer?.isInterLayerPredicted == true)
        #expect(descriptor.tl0PictureIndex == nil && descriptor.pictureDifferences == (1, 2, 1))
        #expect(descriptor.length == 6 && !descriptor.startsKeyFrame)
        // A fourth reference.
        #expect(
            failure(hex("F4 11 73 03 05 03 AA")) { (b) throws(RTPError) in _ = try VP9Descriptor(parsing: b) }
                == .invalidField(offset: 5)
        )
    }

    @Test("no part can be cut off", arguments: [(keyFrame, 20), (flexible, 6)])
    func truncations(bytes: [UInt8], length: Int) {
        expectTruncationsThrow(Array(bytes.prefix(length))) { (bytes) throws(RTPError) in
            _ = try VP9Descriptor(parsing: bytes)
        }
    }

    @Test func `numbers are rewritten in place`() throws {
        let descriptor = try VP9Descriptor(parsing: Self.keyFrame.rawSpan)
        let bytes = try changed([9] + Self.keyFrame) { (bytes) throws(RTPError) in
            descriptor.rewrite(pictureID: 0xFFFF, tl0PictureIndex: 9, in: &bytes, at: 1)
        }
        #expect(bytes == [9] + hex("AA FFFF 00 09") + Self.keyFrame[5...])
        let narrow = try VP9Descriptor(parsing: Self.flexible.rawSpan)
        let other = try changed(Self.flexible) { (bytes) throws(RTPError) in
            narrow.rewrite(pictureID: 0xFF, tl0PictureIndex: 9, in: &bytes)
        }
        #expect(other == hex("F4 7F") + Self.flexible[2...])
    }

    @Test(
        "key frames start the lowest layer without reference",
        arguments: [
            (UInt8(0x08), true), (0x48, false), (0x00, false), (0x0C, true),
        ]
    )
    func keyFrames(first: UInt8, isKey: Bool) throws {
        #expect(try VP9Descriptor(parsing: [first, 0].rawSpan).startsKeyFrame == isKey)
        // The same of the second spatial layer.
        #expect(try !VP9Descriptor(parsing: [first | 0x20, 0x02, 0].rawSpan).startsKeyFrame)
    }
}
