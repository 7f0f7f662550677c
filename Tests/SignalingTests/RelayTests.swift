import ICE
import SDP
import Signaling
import Testing
import Wire

@Suite("Relay required")
struct RelayTests {
    let host = "candidate:1 1 udp 2122260223 192.0.2.1 54321 typ host generation 0 ufrag AAAA"
    let relayed = "candidate:2 1 udp 41885439 198.51.100.7 50001 typ relay raddr 0.0.0.0 rport 0"

    @Test func `candidates that end without a relayed one are an error, once`() throws {
        var conversation = Conversation()
        _ = try conversation.offer([Sample.chromiumAudio("0")])
        #expect(try conversation.negotiator.receiveCandidate(.init(candidate: host)).messages == [])
        #expect(try conversation.negotiator.receiveCandidate(.init(candidate: "")).errors == [.relayRequired])
        #expect(try conversation.negotiator.receiveCandidate(.init(candidate: "")).errors == [])

        // After an ICE restart it is judged anew.
        _ = try conversation.offer([Sample.chromiumAudio("0", ufrag: "BBBB")])
        let old = TrickledCandidate(candidate: "", usernameFragment: "AAAA")
        #expect(try conversation.negotiator.receiveCandidate(old).errors == [])
        #expect(try conversation.negotiator.receiveCandidate(.init(candidate: relayed)).errors == [])
        #expect(try conversation.negotiator.receiveCandidate(.init(candidate: "")).errors == [])
    }

    @Test func `the end may stand in the description`() throws {
        let ended = Sample.chromiumAudio("0") + "\na=\(host)\na=end-of-candidates"
        var conversation = Conversation()
        #expect(try conversation.offer([ended]).errors == [.relayRequired])
        var served = Conversation()
        #expect(try served.offer([ended + "\na=\(relayed)"]).errors == [])
        var open = Conversation(requiresRelay: false)
        #expect(try open.offer([ended]).errors == [])
    }

    @Test func `candidates that come before their description are kept`() throws {
        var conversation = Conversation()
        let offer = try conversation.negotiator.setSubscriptions([.audio("a")], at: .zero).offer()
        #expect(try conversation.negotiator.receiveCandidate(.init(candidate: host)).errors == [])
        let end = TrickledCandidate(candidate: "", usernameFragment: "AAAA")
        #expect(try conversation.negotiator.receiveCandidate(end).errors == [])
        #expect(try conversation.accept(offer).errors == [.relayRequired])
    }

    @Test func `15 s of checks from elsewhere are an error`() throws {
        var conversation = Conversation()
        conversation.now = .zero + .seconds(5)
        _ = try conversation.offer([Sample.chromiumAudio("0")])
        let deadline = MonotonicTime.zero + .seconds(20)
        #expect(conversation.negotiator.nextDeadline == deadline)
        var patient = conversation
        #expect(conversation.negotiator.advance(to: deadline, sawOnlyForeignSources: true).errors == [.relayRequired])
        #expect(conversation.negotiator.nextDeadline == .distantFuture)
        let early = patient.negotiator.advance(to: .zero + .seconds(19), sawOnlyForeignSources: true)
        #expect(early.errors == [])
        #expect(patient.negotiator.advance(to: deadline, sawOnlyForeignSources: false).errors == [])
    }

    @Test func `a candidate that cannot be read is an error`() throws {
        var conversation = Conversation()
        let error = #expect(throws: SignalingError.self) {
            try conversation.negotiator.receiveCandidate(.init(candidate: "candidate:nonsense"))
        }
        #expect(error?.code == .invalidCandidate)
    }

    @Test func `a fragment brings candidates or restarts ICE`() throws {
        var conversation = Conversation(mayOffer: false)
        let early = #expect(throws: SignalingError.self) {
            try conversation.negotiator.receiveFragment("", at: .zero, using: &conversation.generator)
        }
        #expect(early?.code == .invalidState)
        let first = try #require(try conversation.offer([Sample.chromiumAudio("0")]).plan)
        let trickle =
            "a=ice-ufrag:AAAA\na=ice-pwd:abcdefghijklmnopqrstAAAA\nm=audio 9 X 0\na=mid:0\na=\(host)\na=end-of-candidates\n"
        let trickled = try conversation.negotiator.receiveFragment(trickle, at: .zero, using: &conversation.generator)
        #expect(trickled.response == nil)
        #expect(trickled.step.plan == nil)
        #expect(trickled.step.errors == [.relayRequired])

        let restart = "a=ice-ufrag:CCCC\na=ice-pwd:abcdefghijklmnopqrstCCCC\n"
        let restarted = try conversation.negotiator.receiveFragment(restart, at: .zero, using: &conversation.generator)
        let plan = try #require(restarted.step.plan)
        #expect(plan.transport.remoteUfrag == "CCCC")
        #expect(plan.transport.localCredentials != first.transport.localCredentials)
        let response = try Fragment(parsing: try #require(restarted.response).description)
        #expect(response.iceCredentials?.ufrag == plan.transport.localCredentials.ufrag.description)
        #expect(response.media.first?.mid == "0")
        #expect(response.media.first?.candidates.count == 1)
    }
}
