import RTP
import Testing
import Wire

@Suite("H.264 payload")
struct H264PayloadTests {
    @Test(
        "finds what starts a key frame",
        arguments: [
            ("67 42", true, false), ("68 CE", false, false), ("65 88", true, true), ("41 9A", false, false),
            ("18 0002 6742 0002 68CE", true, false), ("18 0002 68CE 0003 658800", true, true),
            ("78 0002 419A", false, false), ("7C 85 88", true, true), ("7C 05 88", false, false),
            ("7C 81 88", false, false), ("7C 45 88", false, false),
        ]
    )
    func keyFrames(text: String, isKey: Bool, startsIDR: Bool) throws {
        let payload = try H264Payload(parsing: hex(text).rawSpan)
        #expect(payload.startsKeyFrame == isKey && payload.startsIDRSlice == startsIDR)
    }

    @Test func `parameter sets and fragments are told apart`() throws {
        let aggregated = try H264Payload(parsing: hex("18 0002 6742 0002 68CE").rawSpan)
        #expect(aggregated.hasSequenceParameterSet && aggregated.hasPictureParameterSet && !aggregated.continuesUnit)
        #expect(try H264Payload(parsing: hex("7C 05 88").rawSpan).continuesUnit)
    }

    @Test("a unit that is cut off throws", arguments: ["", "18", "18 00", "18 0002", "18 0002 67", "18 0000", "7C"])
    func truncated(text: String) {
        #expect(failure(hex(text)) { (bytes) throws(RTPError) in _ = try H264Payload(parsing: bytes) } != nil)
    }
}
