import RTP
import Testing
import Wire

/// Nothing that a peer sends may trap. Each sample is changed in a few places, cut and lengthened, and goes through every
/// parser.
@Suite("RTP mutation sweep")
struct MutationTests {
    static let rtp: [[UInt8]] = [
        RTPHeaderTests.packet,
        hex("90 60 0001 00000002 00000003 1000 001A 01 5F") + DependencyDescriptorTests.keyFrame + [
            0, 0, 0, 0, 0, 0, 0,
        ],
        hex("80 60 0001 00000002 00000003") + VP9DescriptorTests.keyFrame,
        hex("80 60 0001 00000002 00000003") + REDPayloadTests.packet,
        hex("80 60 0001 00000002 00000003 18 0002 6742 0002 68CE"),
        hex("80 60 0001 00000002 00000003 B0 F0 FFFF 07 65 00"),
    ]

    private func mutate(_ sample: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = sample
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let offset = Int.random(in: bytes.indices, using: &generator)
            switch UInt8.random(in: 0..<6, using: &generator) {
            case 0: bytes[offset] = .random(in: 0...255, using: &generator)
            case 1: bytes[offset] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes[offset] = [0, 0xFF, 0x7F, 0x80][Int.random(in: 0..<4, using: &generator)]
            case 3: bytes.removeSubrange(offset...)
            case 4: bytes.insert(.random(in: 0...255, using: &generator), at: offset)
            default: bytes.append(contentsOf: bytes[offset...])
            }
        }
        return bytes
    }

    @Test func `no RTP packet traps`() {
        var generator = SeededGenerator(11)
        var refused = 0
        for round in 0..<30_000 {
            let bytes = mutate(Self.rtp[round % Self.rtp.count], using: &generator)
            if failure(bytes, Everything.parseRTP) != nil { refused += 1 }
            if bytes.count > 12 {
                let rest = Array(bytes[12...])
                Everything.parsePayload(rest.rawSpan)
                Everything.parseExtension(rest.rawSpan)
            }
        }
        #expect(refused > 3000 && refused < 29_000)
    }

    @Test func `no descriptor traps`() {
        var generator = SeededGenerator(13)
        let samples = [DependencyDescriptorTests.keyFrame] + DependencyDescriptorTests.laterFrames.map { hex($0) }
        for round in 0..<20_000 {
            let bytes = mutate(samples[round % 3], using: &generator)
            var structure: FrameDependencyStructure?
            guard let read = try? DependencyDescriptor(parsing: bytes.rawSpan, structure: &structure),
                let templates = structure
            else { continue }
            // What was taken can be written, and says the same again.
            let again = try? written { (bytes) throws(RTPError) in try read.write(structure: templates, to: &bytes) }
            var other: FrameDependencyStructure?
            let second = again.flatMap { try? DependencyDescriptor(parsing: $0.rawSpan, structure: &other) }
            #expect(second == read && other == templates)
        }
    }

    @Test func `no RTCP packet traps`() {
        var generator = SeededGenerator(12)
        let samples = RTCPTests.messages.map(\.bytes) + [TransportFeedbackTests.mixed]
        var refused = 0
        for round in 0..<40_000 {
            var bytes = mutate(samples[round % samples.count], using: &generator)
            if round % 3 == 0 { bytes += mutate(samples[round / 3 % samples.count], using: &generator) }
            if failure(bytes, Everything.parseRTCP) != nil { refused += 1 }
        }
        #expect(refused > 5000 && refused < 39_000)
    }
}
