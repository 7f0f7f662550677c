import SDP
import Signaling
import Testing
import Wire

@Suite("Offers of the server")
struct OfferTests {
    @Test func `a subscription is offered and applied when it is answered`() throws {
        var conversation = Conversation()
        let step = conversation.negotiator.setSubscriptions([.audio("a"), .video("a")], at: .zero)
        #expect(step.plan == nil)
        let offer = try step.offer()
        #expect(offer.bundle == ["s0", "s1"])
        #expect(offer.isICELite && offer.allowsMixedExtensions)
        #expect(offer.media.map(\.direction) == [.sendonly, .sendonly])
        #expect(offer.media.map(\.setup) == [.actpass, .actpass])
        #expect(offer.media[0].payloadTypes == [111, 63])
        #expect(offer.media[0].formatParameters.last?.value == "111/111")
        #expect(offer.media[0].rtcpFeedback.filter { $0.payloadType == 111 }.map(\.value) == ["nack", "transport-cc"])
        #expect(offer.media[1].payloadTypes == [96, 97])
        #expect(offer.media[1].msids == [MediaStreamID(stream: "a", track: "video-a")])
        #expect(offer.media[1].ssrcGroups == [SSRCGroup(semantics: "FID", ssrcs: [5000, 5001])])
        // Chromium gives away all ids: what it needs for simulcast later has to have one by then.
        #expect(offer.media[1].extensionMaps.contains { $0.uri == HeaderExtension.rid.rawValue })
        guard case .offer(_, let tracks) = step.messages.first else { return }
        #expect(tracks.map(\.mid) == ["s0", "s1"])
        #expect(tracks.map(\.trackID) == ["audio-a", "video-a"])

        let plan = try #require(try conversation.accept(offer).plan)
        #expect(plan.subscriptions == [.audio("a"), .video("a")])
        #expect(plan.sections.map(\.direction) == [.sendonly, .sendonly])
        #expect(plan.transport.role == .server)
        #expect(plan.sections[1].codecs.first?.rtxPayloadType == 97)
        #expect(!conversation.negotiator.hasOpenOffer)
    }

    @Test func `offers use the numbers that the client has chosen`() throws {
        var conversation = Conversation()
        _ = try conversation.offer([Sample.firefoxVideo("0")], lines: Sample.firefoxLines)
        let h264 = Codec(.h264, profile: "constrained-baseline/1")
        let offer = try conversation.negotiator.setSubscriptions(
            [
                .video("a"), .video("b", codec: h264), .video("c", codec: Codec(.vp9, profile: "0")),
            ],
            at: .zero
        ).offer()
        #expect(offer.media.map(\.mid) == ["0", "s0", "s1", "s2"])
        #expect(offer.media[1].payloadTypes == [120, 124])
        #expect(offer.media[2].payloadTypes == [126, 127])
        // VP9 is new: nothing that the client uses is taken for it.
        #expect(offer.media[3].payloadTypes == [98, 97])
        #expect(offer.media[1].extensionMaps.first { $0.uri == HeaderExtension.mid.rawValue }?.id == 3)
        #expect(offer.media[1].extensionMaps.first { $0.uri == HeaderExtension.playoutDelay.rawValue }?.id == 6)
        #expect(Set(offer.media[1].extensionMaps.map(\.id)).count == offer.media[1].extensionMaps.count)
        #expect(offer.media[0].direction == .recvonly)
    }

    @Test func `changes that come while an offer is open are collected`() throws {
        var conversation = Conversation()
        let first = try conversation.negotiator.setSubscriptions([.video("a")], at: .zero).offer()
        #expect(
            conversation.negotiator.setSubscriptions([.video("a"), .video("b", ssrc: 10)], at: .zero).messages.isEmpty
        )
        #expect(
            conversation.negotiator.setSubscriptions([.video("b", ssrc: 10), .video("c", ssrc: 20)], at: .zero).messages
                .isEmpty
        )
        let step = try conversation.accept(first)
        // What nobody wants any more is not sent, though its section was just agreed on.
        #expect(step.plan?.subscriptions == [])
        let second = try step.offer()
        #expect(second.media.map { $0.msids.first?.track } == ["video-b", "video-c"])
        #expect(try conversation.accept(second).plan?.subscriptions.map(\.ssrc) == [10, 20])
        #expect(
            conversation.negotiator.setSubscriptions([.video("b", ssrc: 10), .video("c", ssrc: 20)], at: .zero).messages
                == []
        )
    }

    @Test func `a section whose track ended becomes inactive and is used again`() throws {
        var conversation = Conversation()
        _ = try conversation.accept(
            try conversation.negotiator.setSubscriptions([.video("a"), .audio("a")], at: .zero).offer()
        )
        let ended = conversation.negotiator.setSubscriptions([.audio("a")], at: .zero)
        #expect(ended.plan?.subscriptions == [.audio("a")])
        let offer = try ended.offer()
        #expect(offer.media.map(\.direction) == [.inactive, .sendonly])
        #expect(offer.media[0].msids.isEmpty)
        _ = try conversation.accept(offer)
        let again = try conversation.negotiator.setSubscriptions([.audio("a"), .video("b", ssrc: 30)], at: .zero)
            .offer()
        #expect(again.media.count == 2)
        #expect(again.media[0].mid == "s0")
        #expect(again.media[0].msids.first?.track == "video-b")
    }

    @Test func `a subscription that changes stays in its section`() throws {
        var conversation = Conversation()
        let both: [Subscription] = [.video("a"), .video("b", ssrc: 40)]
        _ = try conversation.accept(try conversation.negotiator.setSubscriptions(both, at: .zero).offer())
        var changed = Subscription.video("b", ssrc: 40)
        changed.codecs = [SubscriptionCodec(Codec(.vp9, profile: "0"))]
        let offer = try conversation.negotiator.setSubscriptions([.video("c", ssrc: 50), changed], at: .zero).offer()
        #expect(offer.media.map { $0.msids.first?.track } == ["video-c", "video-b"])
        #expect(offer.media[1].rtpMaps.first?.encoding == "VP9")
    }

    @Test func `a stopped section is recycled with a new mid`() throws {
        var conversation = Conversation()
        let offer = try conversation.negotiator.setSubscriptions([.video("a"), .audio("a")], at: .zero).offer()
        var answer = Conversation.acceptance(of: offer)
        answer.media[0].port = 0
        answer.attributes = [.group(.bundle(["s1"]))]
        let step = try conversation.answer(answer.description)
        #expect(step.plan?.subscriptions == [.audio("a")])
        // The client refused this track: it is not offered again.
        #expect(!step.hasOffer)
        let next = try conversation.negotiator.setSubscriptions(
            [.video("a"), .audio("a"), .audio("b", ssrc: 9)],
            at: .zero
        )
        .offer()
        #expect(next.media.map(\.mid) == ["s2", "s1"])
        #expect(next.media[0].kind == .audio)
        #expect(next.bundle == ["s2", "s1"])
    }

    @Test func `a client that declines is asked again when it holds out a place`() throws {
        var conversation = Conversation()
        let offer = try conversation.negotiator.setSubscriptions([.video("a")], at: .zero).offer()
        var answer = Conversation.acceptance(of: offer)
        answer.media[0].attributes = answer.media[0].attributes.map {
            $0 == .direction(.recvonly) ? .direction(.inactive) : $0
        }
        let step = try conversation.answer(answer.description)
        #expect(step.plan?.subscriptions == [])
        #expect(!step.hasOffer)
        // The same section is inactive in an offer of the client: still declined.
        let s0 = Sample.chromiumVideo("s0", direction: "inactive")
        #expect(try conversation.offer([s0, Sample.chromiumAudio("1")]).plan?.subscriptions == [])
        let back = try conversation.offer([
            Sample.chromiumVideo("s0", direction: "recvonly"), Sample.chromiumAudio("1"),
        ])
        #expect(back.plan?.subscriptions == [.video("a")])
        #expect(try back.answer().media[0].direction == .sendonly)
        #expect(!back.hasOffer)
    }

    @Test func `a browser may send on the section that it receives on`() throws {
        var conversation = Conversation()
        _ = try conversation.accept(try conversation.negotiator.setSubscriptions([.video("a")], at: .zero).offer())
        // addTrack takes a transceiver that has never sent.
        let step = try conversation.offer([Sample.chromiumVideo("s0", direction: "sendrecv")])
        #expect(try step.answer().media[0].direction == .sendrecv)
        #expect(step.plan?.publications.map(\.trackID) == ["video-me"])
        #expect(step.plan?.subscriptions == [.video("a")])
        let ended = conversation.negotiator.setSubscriptions([], at: .zero)
        #expect(try ended.offer().media[0].direction == .recvonly)
        #expect(ended.plan?.publications.count == 1)
    }

    @Test func `a player's sections are filled in the answer`() throws {
        var conversation = Conversation(mayOffer: false)
        #expect(
            conversation.negotiator.setSubscriptions([.audio("a"), .video("a"), .video("b")], at: .zero).messages
                .isEmpty
        )
        let step = try conversation.offer([
            Sample.chromiumVideo("0", direction: "recvonly"), Sample.chromiumAudio("1", direction: "recvonly"),
            Sample.chromiumAudio("2", direction: "recvonly"),
        ])
        #expect(try step.answer().media.map(\.direction) == [.sendonly, .sendonly, .inactive])
        #expect(step.plan?.subscriptions == [.video("a"), .audio("a")])
        #expect(step.messages.count == 1)
    }

    @Test func `answers that do not fit leave the offer open`() throws {
        var conversation = Conversation()
        let offer = try conversation.negotiator.setSubscriptions([.video("a")], at: .zero).offer()
        let fitting = Conversation.acceptance(of: offer)
        var twice = fitting
        twice.media += fitting.media
        var otherKind = fitting
        otherKind.media[0].kind = .audio
        var undecided = fitting
        undecided.media[0].attributes = fitting.media[0].attributes.map {
            $0 == .setup(.active) ? .setup(.actpass) : $0
        }
        for sdp in ["v=0", twice.description, otherKind.description, undecided.description] {
            let error = #expect(throws: SignalingError.self) { try conversation.answer(sdp) }
            #expect(error?.code == .invalidAnswer)
        }
        #expect(try conversation.answer(fitting.description).plan?.subscriptions.count == 1)
        let late = #expect(throws: SignalingError.self) { try conversation.answer(fitting.description) }
        #expect(late?.code == .invalidState)
    }
}
