import ICE
import SDP
import Signaling
import Testing
import Wire

/// A negotiator with what its tests need around it.
struct Conversation {
    var negotiator: Negotiator
    var generator = SplitMix(state: 11)
    var now = MonotonicTime.zero

    init(
        capabilities: ServerCapabilities = ServerCapabilities(),
        requiresRelay: Bool = true,
        mayOffer: Bool = true
    ) {
        negotiator = Negotiator(
            .init(
                peerID: "me",
                capabilities: capabilities,
                fingerprint: Fingerprint(bytes: [UInt8](repeating: 7, count: 32)),
                candidates: HostCandidate.list([TransportAddress(IPAddress(ipv4: 10, 0, 0, 1), port: 20000)]),
                requiresRelay: requiresRelay,
                mayOffer: mayOffer
            ),
            using: &generator
        )
    }

    mutating func offer(_ sections: [String], lines: [String] = []) throws -> Negotiator.Step {
        try offer(Sample.session(sections, lines: lines))
    }

    mutating func offer(_ sdp: String) throws -> Negotiator.Step {
        try negotiator.receiveOffer(sdp, at: now, using: &generator)
    }

    mutating func answer(_ sdp: String) throws(SignalingError) -> Negotiator.Step {
        try negotiator.receiveAnswer(sdp, at: now)
    }

    /// Answers our offer as a browser does that takes everything.
    mutating func accept(_ offer: SessionDescription, ufrag: String = "AAAA") throws -> Negotiator.Step {
        try answer(Self.acceptance(of: offer, ufrag: ufrag).description)
    }

    /// What a browser answers: its own transport, our codecs, directions turned around.
    static func acceptance(of offer: SessionDescription, ufrag: String = "AAAA") -> SessionDescription {
        var answer = offer
        answer.attributes = offer.attributes.filter {
            if case .group = $0 { true } else { $0 == .extensionMapAllowMixed }
        }
        for index in answer.media.indices where !answer.media[index].isRejected {
            let media = offer.media[index]
            let kept = media.attributes.filter { attribute in
                switch attribute {
                case .iceUfrag, .icePwd, .fingerprint, .setup, .candidate, .endOfCandidates, .direction, .msid, .ssrc,
                    .ssrcGroup:
                    false
                default: true
                }
            }
            answer.media[index].attributes =
                [
                    .iceUfrag(ufrag), .icePwd("abcdefghijklmnopqrst\(ufrag)"), .setup(.active),
                    .fingerprint(Fingerprint(bytes: [UInt8](repeating: 0xAB, count: 32))),
                    .direction(offer.direction(of: media).reversed),
                ] + kept
        }
        return answer
    }
}

extension Negotiator.Step {
    func answer(sourceLocation: SourceLocation = #_sourceLocation) throws -> SessionDescription {
        for case .answer(let sdp, _) in messages { return try SessionDescription(parsing: sdp) }
        throw Missing()
    }

    func offer(sourceLocation: SourceLocation = #_sourceLocation) throws -> SessionDescription {
        for case .offer(let sdp, _) in messages { return try SessionDescription(parsing: sdp) }
        throw Missing()
    }

    var hasOffer: Bool { messages.contains { if case .offer = $0 { true } else { false } } }
    var errors: [SignalingError] { messages.compactMap { if case .error(let error) = $0 { error } else { nil } } }

    struct Missing: Error {}
}

extension Subscription {
    static func video(_ peer: String, ssrc: UInt32 = 5000, codec: Codec = Codec(.vp8)) -> Subscription {
        Subscription(
            publisherPeerID: peer,
            trackID: "video-\(peer)",
            streamID: peer,
            kind: .video,
            codecs: [SubscriptionCodec(codec)],
            ssrc: ssrc,
            rtxSSRC: ssrc + 1,
            cname: peer
        )
    }

    static func audio(_ peer: String, ssrc: UInt32 = 6000) -> Subscription {
        Subscription(
            publisherPeerID: peer,
            trackID: "audio-\(peer)",
            streamID: peer,
            kind: .audio,
            codecs: [
                SubscriptionCodec(Codec(.opus), parameters: "minptime=10;useinbandfec=1"),
                SubscriptionCodec(Codec(.red)),
            ],
            ssrc: ssrc,
            rtxSSRC: nil,
            cname: peer
        )
    }
}

/// A generator whose numbers are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
