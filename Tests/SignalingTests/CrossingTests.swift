import SDP
import Signaling
import Testing
import Wire

/// Both sides change things at random, frames are under way for a random time, and in the end everybody has everything.
@Suite("Crossing negotiations")
struct CrossingTests {
    @Test("no negotiation is lost", arguments: Browser.Manner.allCases)
    func crossing(manner: Browser.Manner) throws {
        var glares = 0
        for seed in 0..<40 {
            var run = Run(manner, seed: UInt64(seed))
            for _ in 0..<25 { try run.step() }
            try run.settle()
            glares += run.glares
            let plan = run.plan
            let published = run.browser.transceivers.filter(\.sends)
            #expect(
                plan?.publications.count ?? 0 == published.count,
                "seed \(seed): the server takes what is published"
            )
            #expect(
                Set(plan?.subscriptions.map(\.trackID) ?? []) == Set(run.wanted.map(\.trackID)),
                "seed \(seed): the server sends what is wanted"
            )
            #expect(
                Set(run.browser.transceivers.compactMap(\.track)) == Set(run.wanted.map(\.trackID)),
                "seed \(seed): the browser knows what it receives"
            )
            #expect(run.browser.isStable && !run.conversation.negotiator.hasOpenOffer, "seed \(seed): all is settled")
        }
        #expect(glares > 30)
    }

    struct Run {
        var conversation = Conversation(requiresRelay: false)
        var browser: Browser
        var generator: SplitMix
        var toServer: [ClientMessage] = []
        var toBrowser: [ServerMessage] = []
        var wanted: [Subscription] = []
        var plan: MediaPlan?
        var glares = 0
        private var count: UInt32 = 0

        init(_ manner: Browser.Manner, seed: UInt64) {
            browser = Browser(manner)
            generator = SplitMix(state: seed)
        }

        mutating func step() throws {
            switch Int.random(in: 0..<9, using: &generator) {
            case 0: browser.publish(Bool.random(using: &generator) ? .audio : .video)
            case 1: browser.unpublish()
            case 2, 3:
                count += 1
                let peer = "p\(count)"
                wanted.append(
                    Bool.random(using: &generator) ? .audio(peer, ssrc: count * 2) : .video(peer, ssrc: count * 2)
                )
                apply(conversation.negotiator.setSubscriptions(wanted, at: conversation.now))
            case 4:
                if !wanted.isEmpty { wanted.remove(at: Int.random(in: 0..<wanted.count, using: &generator)) }
                apply(conversation.negotiator.setSubscriptions(wanted, at: conversation.now))
            case 5, 6: try deliverToServer()
            default: try deliverToBrowser()
            }
            negotiateIfNeeded()
            pass()
        }

        /// Frames are under way for some tens of milliseconds.
        private mutating func pass() {
            conversation.now = conversation.now + .milliseconds(10)
            apply(conversation.negotiator.advance(to: conversation.now, sawOnlyForeignSources: false))
        }

        mutating func settle() throws {
            for _ in 0..<1000 where !isQuiet {
                pass()
                try deliverToServer()
                try deliverToBrowser()
                negotiateIfNeeded()
            }
            try #require(isQuiet, "the conversation ends")
        }

        private var isQuiet: Bool {
            toServer.isEmpty && toBrowser.isEmpty && !browser.needsNegotiation
                && conversation.negotiator.nextDeadline >= conversation.now + .seconds(1)
        }

        /// `negotiationneeded` fires in the stable state.
        private mutating func negotiateIfNeeded() {
            guard browser.needsNegotiation, browser.isStable else { return }
            toServer.append(.offer(sdp: browser.makeOffer()))
        }

        private mutating func apply(_ step: Negotiator.Step) {
            if let plan = step.plan { self.plan = plan }
            toBrowser += step.messages
        }

        private mutating func deliverToServer() throws {
            guard !toServer.isEmpty else { return }
            switch toServer.removeFirst() {
            case .offer(let sdp):
                if conversation.negotiator.hasOpenOffer { glares += 1 }
                apply(try conversation.offer(sdp))
            case .answer(let sdp):
                apply(try conversation.answer(sdp))
            default: break
            }
        }

        private mutating func deliverToBrowser() throws {
            guard !toBrowser.isEmpty else { return }
            switch toBrowser.removeFirst() {
            case .offer(let sdp, _):
                if let answer = browser.receiveOffer(try SessionDescription(parsing: sdp)) {
                    toServer.append(.answer(sdp: answer))
                }
            case .answer(let sdp, _): browser.receiveAnswer(try SessionDescription(parsing: sdp))
            default: break
            }
        }
    }
}
