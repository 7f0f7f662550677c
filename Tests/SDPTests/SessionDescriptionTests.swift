import SDP
import Testing

@Suite("Session descriptions")
struct SessionDescriptionTests {
    @Test("come back unchanged", arguments: Sample.all)
    func roundTrip(name: String, text: String) throws {
        let description = try SessionDescription(parsing: text)
        #expect(description.description == text)
        let unixLines = text.split(separator: "\r\n").joined(separator: "\n")
        #expect(try SessionDescription(parsing: unixLines) == description)
    }

    @Test func `what Chromium writes is understood`() throws {
        let offer = try SessionDescription(parsing: Sample.chromium)
        #expect(offer.bundle == ["0", "1", "2"])
        #expect(offer.allowsMixedExtensions)
        #expect(!offer.isICELite)
        try #require(offer.media.count == 3)

        let audio = offer.media[0]
        #expect(audio.kind == .audio)
        #expect(audio.payloadTypes == [111, 63, 9, 0, 126])
        #expect(audio.mid == "0")
        #expect(offer.iceCredentials(for: audio)?.ufrag == "Ab+/")
        #expect(offer.setup(for: audio) == .actpass)
        #expect(offer.fingerprints(for: audio) == [Fingerprint(bytes: Array(0..<32))])
        #expect(audio.rtpMaps.first == RTPMap(payloadType: 111, encoding: "opus", clockRateHz: 48000, channels: 2))
        #expect(audio.formatParameters.first?.parameter("useinbandfec") == "1")
        #expect(audio.formatParameters.first?.parameter("stereo") == nil)
        #expect(audio.msids == [MediaStreamID(stream: "camera", track: "microphone")])
        #expect(audio.hasRTCPMux && audio.hasRTCPReducedSize)
        #expect(offer.iceCredentials(for: offer.media[1]) == nil)

        let video = offer.media[1]
        #expect(offer.direction(of: video) == .sendonly)
        #expect(video.extensionMaps.first?.direction == .recvonly)
        #expect(video.rtcpFeedback.last == RTCPFeedback(payloadType: nil, value: "nack pli"))
        #expect(video.simulcast?.send == [[.init(rid: "h")], [.init(rid: "m")]])
        #expect(video.ridDescriptions.last?.restrictions == "pt=96;max-width=640")
        #expect(video.ssrcGroups == [SSRCGroup(semantics: "FID", ssrcs: [11, 12])])
        #expect(video.candidates.map(\.kind) == [.host, .relayed])
        #expect(video.candidates.first?.parameter("network-id") == "1")

        let data = offer.media[2]
        #expect(data.sctpPort == 5000)
        #expect(data.maxMessageSize == 262_144)
        #expect(!data.isRejected)
        #expect(offer.direction(of: data) == .sendrecv)
    }

    @Test func `what Firefox says for the session holds for its sections`() throws {
        let offer = try SessionDescription(parsing: Sample.firefox)
        let video = try #require(offer.media.first)
        #expect(offer.fingerprints(for: video).first?.algorithm == "sha-256")
        #expect(video.hasEndOfCandidates)
        #expect(video.formatParameters.last?.parameter("apt") == "120")
        #expect(video.msids == [MediaStreamID(stream: "{3c8a1f0e}", track: "{b5d2}")])
    }

    @Test("name the line and what is wrong with it", arguments: Malformed.cases)
    func malformed(text: String, error: SDPError) {
        #expect(throws: error) { try SessionDescription(parsing: text) }
    }

    @Test func `an error reads like a sentence`() {
        let error = SDPError(line: 7, reason: .malformedAttribute("mid"))
        #expect("\(error)" == "line 7: attribute mid has a malformed value")
        #expect("\(SDPError(line: 2, reason: .missingLine(0x73)))" == "line 2: \"s=\" is missing")
    }

    @Test func `limits hold`() {
        let head = "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n"
        let tooLong = head + "a=x:" + String(repeating: "y", count: SDPLimits.bytesPerLine) + "\n"
        #expect(throws: SDPError(line: 5, reason: .tooLarge)) { try SessionDescription(parsing: tooLong) }
        let attributes = head + String(repeating: "a=x\n", count: SDPLimits.attributesPerSection + 1)
        #expect(throws: SDPError(line: 1029, reason: .tooLarge)) { try SessionDescription(parsing: attributes) }
        let media = head + String(repeating: "m=audio 9 RTP 0\n", count: SDPLimits.mediaSections + 1)
        #expect(throws: SDPError(line: 517, reason: .tooLarge)) { try SessionDescription(parsing: media) }
        let bytes = head + String(repeating: "\n", count: SDPLimits.bytes)
        #expect(throws: SDPError(line: 1, reason: .tooLarge)) { try SessionDescription(parsing: bytes) }
    }

    @Test func `directions turn around`() {
        #expect(Direction.sendonly.reversed == .recvonly)
        #expect(Direction.sendrecv.reversed == .sendrecv)
        #expect(Direction.inactive.reversed == .inactive)
    }
}

enum Malformed {
    private static let head = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"

    private static func attribute(_ name: String, _ value: String) -> (String, SDPError) {
        (head + "a=\(name)\(value)\r\n", SDPError(line: 5, reason: .malformedAttribute(name)))
    }

    private static func line(_ number: Int, _ reason: SDPError.Reason, _ text: String) -> (String, SDPError) {
        (text, SDPError(line: number, reason: reason))
    }

    static let cases: [(String, SDPError)] = [
        line(1, .missingLine(0x76), ""),
        line(1, .unexpectedLine(0x6F), "o=- 1 1 IN IP4 0.0.0.0\n"),
        line(1, .malformedValue(0x76), "v=1\n"),
        line(2, .malformedValue(0x6F), "v=0\no=- one 1 IN IP4 0.0.0.0\n"),
        line(2, .malformedValue(0x6F), "v=0\no=- 1 18446744073709551616 IN IP4 0.0.0.0\n"),
        line(4, .missingLine(0x74), "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\n"),
        line(4, .malformedValue(0x74), "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0\n"),
        line(5, .malformedLine, head + "x\r\n"),
        line(5, .malformedLine, head + "A=x\r\n"),
        line(5, .malformedLine, head + "a=x\0\r\n"),
        line(5, .malformedLine, head + "\r\na=x\r\n"),
        line(6, .unexpectedLine(0x62), head + "a=x\r\nb=AS:1\r\n"),
        line(5, .malformedValue(0x6D), head + "m=audio 65536 RTP/AVP 0\r\n"),
        line(5, .malformedValue(0x6D), head + "m=audio 9/0 RTP/AVP 0\r\n"),
        line(5, .malformedValue(0x6D), head + "m=audio 9 RTP/AVP\r\n"),
        line(5, .malformedValue(0x6D), head + "m=audio 9 RTP//AVP 0\r\n"),
        line(6, .malformedValue(0x63), head + "m=audio 9 RTP/AVP 0\r\nc=IN\r\n"),
        attribute("mid", ""), attribute("mid", ":a b"), attribute("rtcp-mux", ":yes"), attribute("sendonly", ":"),
        attribute("ice-ufrag", ":abc"), attribute("ice-ufrag", ":abc-"), attribute("ice-pwd", ":tooshort"),
        attribute("fingerprint", ":sha-256 00:11"), attribute("fingerprint", ":sha-1 +0"),
        attribute("fingerprint", ":md9 0"), attribute("setup", ":both"),
        attribute("rtpmap", ":128 VP8/90000"), attribute("rtpmap", ":96 VP8"), attribute("rtpmap", ":96 VP8/0"),
        attribute("rtpmap", ":96 opus/48000/256"), attribute("fmtp", ":96"), attribute("fmtp", ":300 x=1"),
        attribute("rtcp-fb", ":nack"), attribute("rtcp-fb", ":96 nack "), attribute("extmap", ":0 urn:x"),
        attribute("extmap", ":256 urn:x"), attribute("extmap", ":1"), attribute("extmap", ":1/both urn:x"),
        attribute("msid", ":a b c"), attribute("ssrc", ":4294967296 cname:x"), attribute("ssrc", ":1"),
        attribute("ssrc-group", ":FID x"), attribute("rid", ":a.b send"), attribute("rid", ":a both"),
        attribute("simulcast", ":send"), attribute("simulcast", ":send a;;b"), attribute("simulcast", ":send a send b"),
        attribute("sctp-port", ":70000"), attribute("max-message-size", ":-1"), attribute("group", ":"),
        attribute("candidate", ":1 1 udp 1 192.0.2.1 9 typ"), attribute("candidate", ":1 0 udp 1 192.0.2.1 9 typ host"),
        attribute("candidate", ":1 1 udp 1 192.0.2.1 65536 typ host"),
        attribute("candidate", ":1 1 udp 1 192.0.2.1 9 typ host generation"),
    ]
}
