import RTP
import Testing
import Wire

@Suite("VP8 descriptor")
struct VP8DescriptorTests {
    static let samples: [(bytes: [UInt8], length: Int)] = [
        (hex("10 00"), 1), (hex("90 80 11 01"), 3), (hex("90 80 8123 00"), 4), (hex("B0 F0 FFFF 07 65 01"), 6),
        (hex("80 40 07 00"), 3), (hex("80 20 C0 00"), 3), (hex("80 10 1F 00"), 3), (hex("90 00 00"), 2),
    ]

    @Test func `fields are where the RFC puts them`() throws {
        let bytes = hex("B2 F0 FFFE 07 E5 01")
        let descriptor = try VP8Descriptor(parsing: bytes.rawSpan)
        #expect(descriptor.isNonReference && descriptor.startsPartition && descriptor.partition == 2)
        #expect(descriptor.pictureID == .init(0x7FFE, isWide: true) && descriptor.tl0PictureIndex == 7)
        #expect(descriptor.temporalLayer == 3 && descriptor.isLayerSync && descriptor.keyIndex == 5)
        #expect(descriptor.encodedLength == 6)
        #expect(VP8Descriptor.PictureID(0x1FF, isWide: false).rawValue == 0x7F)
    }

    @Test("what is read is written the same and not cut off", arguments: samples)
    func roundTrip(bytes: [UInt8], length: Int) throws {
        let descriptor = try VP8Descriptor(parsing: bytes.rawSpan)
        #expect(try VP8Descriptor.length(of: bytes.rawSpan) == length)
        expectTruncationsThrow(Array(bytes.prefix(length))) { (bytes) throws(RTPError) in
            _ = try VP8Descriptor(parsing: bytes)
        }
        guard descriptor.encodedLength == length else { return }
        expectCapacityIsChecked(Array(bytes.prefix(length))) { (bytes) throws(RTPError) in
            try descriptor.write(to: &bytes)
        }
    }

    @Test func `numbers are rewritten in place`() throws {
        let bytes = hex("B0 F0 FFFF 07 65 AA BB")
        var descriptor = try VP8Descriptor(parsing: bytes.rawSpan)
        descriptor.pictureID = .init(0x8001, isWide: true)
        descriptor.tl0PictureIndex = 8
        descriptor.keyIndex = 33
        let rewritten = try changed([9] + bytes) { (bytes) throws(RTPError) in
            _ = try descriptor.write(to: &bytes, at: 1)
        }
        #expect(rewritten == hex("09 B0 F0 8001 08 61 AA BB"))
    }

    @Test(
        "key frames start with partition 0 and a cleared bit",
        arguments: [
            ("10 00", true), ("10 01", false), ("00 00", false), ("11 00", false), ("90 80 8123 00", true),
            ("90 80 8123 01", false), ("90 00 00", true), ("90 00 01", false), ("10", false), ("90 80 01", false),
        ]
    )
    func keyFrames(text: String, isKey: Bool) throws {
        let bytes = hex(text)
        #expect(try VP8Descriptor(parsing: bytes.rawSpan).startsKeyFrame(bytes.rawSpan) == isKey)
    }
}
