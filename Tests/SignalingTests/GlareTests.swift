import SDP
import Signaling
import Testing
import Wire

@Suite("Glare")
struct GlareTests {
    @Test func `the client's offer counts and ours is repeated`() throws {
        var conversation = Conversation()
        _ = try conversation.offer([Sample.chromiumAudio("0")])
        _ = try conversation.negotiator.setSubscriptions([.video("a")], at: .zero).offer()
        // The client has not seen our offer: its new section stands where ours was to be.
        let step = try conversation.offer([Sample.chromiumAudio("0"), Sample.chromiumVideo("1")])
        #expect(try step.answer().media.map(\.mid) == ["0", "1"])
        #expect(step.plan?.publications.count == 2)
        #expect(step.plan?.subscriptions == [])
        let repeated = try step.offer()
        #expect(repeated.media.map(\.mid) == ["0", "1", "s1"])
        // The answer goes out before the offer.
        guard case .answer = step.messages.first else {
            Issue.record("an offer came first")
            return
        }
        let plan = try conversation.accept(repeated).plan
        #expect(plan?.subscriptions == [.video("a")])
        #expect(plan?.publications.count == 2)
    }

    @Test func `a client that rolls its own offer back is understood`() throws {
        var conversation = Conversation()
        _ = try conversation.offer([Sample.chromiumAudio("0")])
        let ours = try conversation.negotiator.setSubscriptions([.video("a")], at: .zero).offer()
        let crossing = [Sample.chromiumAudio("0"), Sample.chromiumVideo("1")]
        #expect(try conversation.offer(crossing).plan?.publications.count == 2)

        // It answers what we have withdrawn: its own offer is as if it had never been.
        let step = try conversation.accept(ours)
        #expect(step.plan?.publications.count == 1)
        #expect(step.plan?.subscriptions == [.video("a")])
        #expect(!step.hasOffer)

        // Then it offers again, with our section in place.
        let again = try conversation.offer([
            Sample.chromiumAudio("0"), Sample.chromiumVideo("s0", direction: "recvonly"), Sample.chromiumVideo("2"),
        ])
        #expect(again.plan?.publications.count == 2)
        #expect(again.plan?.subscriptions == [.video("a")])
    }

    @Test func `a rolled back ICE restart brings the old credentials back`() throws {
        var conversation = Conversation()
        let before = try #require(try conversation.offer([Sample.chromiumAudio("0"), Sample.chromiumVideo("1")]).plan)
        let ours = try conversation.negotiator.setSubscriptions([.video("a")], at: .zero).offer()
        let restart = [Sample.chromiumAudio("0", ufrag: "BBBB"), Sample.chromiumVideo("1", ufrag: "BBBB")]
        #expect(try conversation.offer(restart).plan?.transport.remoteUfrag == "BBBB")
        let after = try #require(try conversation.accept(ours).plan)
        #expect(after.transport.remoteUfrag == "AAAA")
        #expect(after.transport.localCredentials == before.transport.localCredentials)
        #expect(after.subscriptions.count == 1)
    }

    @Test func `an answer to the repeated offer is not taken for one to the withdrawn`() throws {
        var conversation = Conversation()
        _ = try conversation.offer([Sample.chromiumAudio("0")])
        _ = try conversation.negotiator.setSubscriptions([.video("a")], at: .zero).offer()
        // An ICE restart adds no section: only the credentials tell the two offers apart.
        let repeated = try conversation.offer([Sample.chromiumAudio("0", ufrag: "BBBB")]).offer()
        let step = try conversation.accept(repeated, ufrag: "BBBB")
        #expect(step.plan?.transport.remoteUfrag == "BBBB")
        #expect(step.plan?.subscriptions == [.video("a")])
    }

    @Test func `a change that was withdrawn and is no longer wanted is not repeated`() throws {
        var conversation = Conversation()
        _ = try conversation.offer([Sample.chromiumAudio("0")])
        _ = conversation.negotiator.setSubscriptions([.video("a")], at: .zero)
        _ = conversation.negotiator.setSubscriptions([], at: .zero)
        let step = try conversation.offer([Sample.chromiumAudio("0"), Sample.chromiumVideo("1")])
        #expect(!step.hasOffer)
        #expect(!conversation.negotiator.hasOpenOffer)
    }
}
