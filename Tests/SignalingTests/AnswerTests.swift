import ICE
import SDP
import Signaling
import Testing
import Wire

@Suite("Answers to offers of clients")
struct AnswerTests {
    @Test func `what Chromium publishes is taken`() throws {
        var conversation = Conversation()
        let step = try conversation.offer(
            [Sample.chromiumAudio("0"), Sample.chromiumVideo("1", isSimulcast: true)],
            lines: ["a=extmap-allow-mixed", "a=msid-semantic: WMS camera"]
        )
        let answer = try step.answer()
        #expect(answer.bundle == ["0", "1"])
        #expect(answer.isICELite && answer.allowsMixedExtensions)
        try #require(answer.media.count == 2)
        let local = conversation.negotiator.localCredentials
        for media in answer.media {
            #expect(answer.direction(of: media) == .recvonly)
            #expect(media.setup == .passive)
            #expect(media.iceUfrag == local.ufrag.description)
            #expect(media.icePwd == local.pwd)
            #expect(media.candidates.map(\.address) == ["10.0.0.1"])
            #expect(media.candidates.map(\.kind) == [.host])
            #expect(media.hasEndOfCandidates && media.hasRTCPMux && media.hasRTCPReducedSize)
            #expect(media.msids.isEmpty)
        }
        let audio = answer.media[0]
        #expect(audio.payloadTypes == [111, 63])
        #expect(audio.extensionMaps.map(\.id) == [1, 2, 3, 4])
        #expect(audio.formatParameters.map(\.value) == ["minptime=10;useinbandfec=1", "111/111"])
        let video = answer.media[1]
        #expect(video.payloadTypes == [96, 97, 102, 103, 98, 99, 45, 46])
        #expect(video.extensionMaps.map(\.id) == [2, 13, 3, 12, 4, 10, 11, 9])
        #expect(
            video.rtcpFeedback.filter { $0.payloadType == 96 }.map(\.value)
                == ["nack", "nack pli", "ccm fir", "goog-remb", "transport-cc"]
        )
        #expect(video.rtcpFeedback.filter { $0.payloadType != 96 }.isEmpty)
        #expect(video.ridDescriptions.map(\.direction) == [.recv, .recv, .recv])
        #expect(video.ridDescriptions.last?.restrictions == "max-width=320")
        #expect(video.simulcast == Simulcast(receive: [[.init(rid: "h")], [.init(rid: "m")], [.init(rid: "l")]]))

        let plan = try #require(step.plan)
        #expect(plan.transport.role == .server)
        #expect(plan.transport.remoteUfrag == "AAAA")
        #expect(plan.transport.remoteFingerprints == [Fingerprint(bytes: [UInt8](repeating: 0xAB, count: 32))])
        #expect(plan.transport.allowsMixedExtensions)
        #expect(plan.transport.dataChannels == nil)
        #expect(plan.sections.map(\.mid) == ["0", "1"])
        #expect(plan.sections.map(\.direction) == [.recvonly, .recvonly])
        #expect(plan.publications.map(\.trackID) == ["audio-me", "video-me"])
        #expect(plan.publications.map(\.streamID) == ["me", "me"])
        #expect(plan.publications[0].ssrcs == [1001])
        #expect(plan.publications[1].source == MediaStreamID(stream: "camera", track: "lens1"))
        #expect(
            plan.publications[1].encodings == [
                .init(rid: "h"), .init(rid: "m"), .init(rid: "l", isPaused: true),
            ]
        )
        let codecs = plan.sections[1].codecs
        #expect(codecs.map(\.codec.kind) == [.vp8, .h264, .vp9, .av1])
        #expect(codecs.map(\.rtxPayloadType) == [97, 103, 99, 46])
        #expect(codecs[1].codec.profile == "baseline/1")
        #expect(plan.sections[1].extensions.first { $0.kind == .dependencyDescriptor }?.id == 9)
    }

    @Test func `what Firefox publishes is taken with its own numbers`() throws {
        var conversation = Conversation()
        let step = try conversation.offer([Sample.firefoxVideo("0")], lines: Sample.firefoxLines)
        let answer = try step.answer()
        let video = try #require(answer.media.first)
        #expect(video.payloadTypes == [120, 124, 126, 127])
        #expect(video.extensionMaps.map(\.id) == [3, 4, 7, 6])
        #expect(!answer.allowsMixedExtensions)
        let plan = try #require(step.plan)
        #expect(plan.publications[0].ssrcs == [77, 78])
        #expect(plan.publications[0].ssrcGroups == [SSRCGroup(semantics: "FID", ssrcs: [77, 78])])
        #expect(plan.sections[0].codecs.map(\.codec.profile) == ["", "constrained-baseline/1"])
    }

    @Test func `several tracks of a kind have names of their own`() throws {
        var conversation = Conversation()
        let first = try conversation.offer([
            Sample.chromiumVideo("0"), Sample.chromiumVideo("1", stream: "screen"), Sample.chromiumVideo("2"),
        ])
        #expect(first.plan?.publications.map(\.trackID) == ["video-me", "video-me-2", "video-me-3"])
        #expect(first.plan?.publications.map(\.streamID) == ["me", "me-2", "me"])
        // The first ends: the others keep their names, and a new one takes the one that is free.
        let second = try conversation.offer([
            Sample.chromiumVideo("0", direction: "inactive"), Sample.chromiumVideo("1", stream: "screen"),
            Sample.chromiumVideo("2"), Sample.chromiumVideo("3"),
        ])
        #expect(second.plan?.publications.map(\.trackID) == ["video-me-2", "video-me-3", "video-me"])
        #expect(try second.answer().media.map(\.direction) == [.inactive, .recvonly, .recvonly, .recvonly])
    }

    @Test func `sections that cannot be served are refused and keep their place`() throws {
        let onlyPCMU =
            "m=audio 9 UDP/TLS/RTP/SAVPF 0\n" + Sample.transport()
            + "\na=mid:1\na=sendrecv\na=rtcp-mux\na=rtpmap:0 PCMU/8000"
        let noMux = Sample.chromiumAudio("2").replacingLine("a=rtcp-mux", with: "a=x-nothing")
        let data =
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\n" + Sample.transport()
            + "\na=mid:3\na=sctp-port:5000\na=max-message-size:100000"
        let sections = [Sample.chromiumAudio("0"), onlyPCMU, noMux, data]
        var conversation = Conversation()
        let answer = try conversation.offer(sections).answer()
        #expect(answer.media.map(\.port) == [9, 0, 0, 0])
        #expect(answer.media.map(\.mid) == ["0", "1", "2", "3"])
        #expect(answer.bundle == ["0"])

        var open = Conversation(capabilities: ServerCapabilities(dataChannels: .init()))
        let step = try open.offer(sections)
        #expect(try step.answer().media.map(\.port) == [9, 0, 0, 9])
        #expect(try step.answer().media[3].sctpPort == 5000)
        #expect(step.plan?.transport.dataChannels?.maximumMessageSize == 100_000)
    }

    @Test func `a passive client makes the server active, and the role lasts`() throws {
        var conversation = Conversation()
        let passive = Sample.chromiumAudio("0").replacingLine("a=setup:actpass", with: "a=setup:passive")
        let step = try conversation.offer([passive])
        #expect(step.plan?.transport.role == .client)
        #expect(try step.answer().media[0].setup == .active)
        let again = try conversation.offer([Sample.chromiumAudio("0")])
        #expect(try again.answer().media[0].setup == .active)
        #expect(again.plan == nil)
    }

    static let refused: [(String, SignalingError.Code)] = [
        ("v=0", .invalidOffer),
        (
            Sample.session(
                [Sample.chromiumAudio("0").replacingLine("a=mid:0", with: "a=x")],
                bundle: "a=group:BUNDLE 0"
            ), .offerFailed
        ),
        (Sample.session([Sample.chromiumAudio("0"), Sample.chromiumVideo("0")]), .offerFailed),
        (Sample.session([Sample.chromiumAudio("0").replacingLine("a=ice-ufrag:AAAA", with: "a=x")]), .offerFailed),
        (
            Sample.session([
                Sample.chromiumAudio("0").replacingLine("a=fingerprint:sha-256 \(Sample.fingerprint)", with: "a=x")
            ]), .offerFailed
        ),
        (
            Sample.session([Sample.chromiumAudio("0").replacingLine("a=setup:actpass", with: "a=setup:holdconn")]),
            .offerFailed
        ),
        (Sample.session([], bundle: "a=x"), .offerFailed),
    ]

    @Test("an offer that cannot be answered changes nothing", arguments: refused)
    func refuses(sdp: String, code: SignalingError.Code) throws {
        var conversation = Conversation()
        let error = #expect(throws: SignalingError.self) { try conversation.offer(sdp) }
        #expect(error?.code == code)
        #expect(try conversation.offer([Sample.chromiumAudio("0")]).plan?.sections.count == 1)
        // Sections that were agreed on keep their order.
        let moved = #expect(throws: SignalingError.self) {
            try conversation.offer([Sample.chromiumVideo("1"), Sample.chromiumAudio("0")])
        }
        #expect(moved?.code == .offerFailed)
    }

    @Test func `new credentials in an offer restart ICE and nothing else`() throws {
        var conversation = Conversation()
        let first = try #require(try conversation.offer([Sample.chromiumAudio("0")]).plan)
        #expect(try conversation.offer([Sample.chromiumAudio("0")]).plan == nil)
        // A second offer without waiting, as Firefox sends when its ICE servers change.
        let step = try conversation.offer([Sample.chromiumAudio("0", ufrag: "BBBB")])
        let second = try #require(step.plan)
        #expect(second.transport.remoteUfrag == "BBBB")
        #expect(second.transport.localCredentials != first.transport.localCredentials)
        #expect(try step.answer().media[0].iceUfrag == second.transport.localCredentials.ufrag.description)
        #expect(second.sections == first.sections)
    }

    @Test func `versions of our descriptions count up`() throws {
        var conversation = Conversation()
        let first = try conversation.offer([Sample.chromiumAudio("0")]).answer().origin
        let second = try conversation.offer([Sample.chromiumAudio("0")]).answer().origin
        #expect(second.sessionVersion == first.sessionVersion + 1)
        #expect(second.sessionID == first.sessionID)
    }

    @Test func `no mutation of an offer traps`() throws {
        let bytes = Array(Sample.session([Sample.chromiumAudio("0"), Sample.firefoxVideo("1")]).utf8)
        var generator = SplitMix(state: 21)
        var answered = 0
        var conversation = Conversation()
        _ = conversation.negotiator.setSubscriptions([.video("a"), .audio("b")], at: .zero)
        for _ in 0..<1500 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                mutated[Int.random(in: 0..<mutated.count, using: &generator)] = UInt8.random(
                    in: 32...126,
                    using: &generator
                )
            }
            let sdp = String(decoding: mutated, as: UTF8.self)
            if (try? conversation.offer(sdp)) != nil { answered += 1 }
            _ = try? conversation.answer(sdp)
        }
        #expect(answered > 50)
    }
}

extension String {
    func replacingLine(_ line: String, with other: String) -> String {
        split(separator: "\n").map { $0 == line ? other[...] : $0 }.joined(separator: "\n")
    }
}
