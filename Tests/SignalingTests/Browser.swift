import SDP
import Signaling

/// A peer connection as far as negotiation goes: transceivers, mids, rollback (RFC 8829 section 4.1.10.2).
struct Browser {
    enum Manner: CaseIterable {
        /// Ignores an offer while its own is open.
        case impolite
        /// Rolls its own offer back, as `setRemoteDescription` does when nobody prevents it.
        case rollsBack
    }

    struct Transceiver {
        var mid: String?
        var kind: MediaKind
        var sends: Bool
        var receives = false
        /// The track that the server sends here.
        var track: String?
    }

    let manner: Manner
    var transceivers: [Transceiver] = []
    var needsNegotiation = false
    /// The number of transceivers with a mid when the own offer was made; nil in the stable state.
    private var beforeOffer: Int?
    private var nextMID = 0

    init(_ manner: Manner) {
        self.manner = manner
    }

    var isStable: Bool { beforeOffer == nil }

    /// Publishes a track: on a transceiver that only receives, as addTrack does, or on a new one.
    mutating func publish(_ kind: MediaKind) {
        if let index = transceivers.firstIndex(where: { $0.kind == kind && $0.receives && !$0.sends }) {
            transceivers[index].sends = true
        } else {
            transceivers.append(Transceiver(kind: kind, sends: true))
        }
        needsNegotiation = true
    }

    mutating func unpublish() {
        guard let index = transceivers.lastIndex(where: \.sends) else { return }
        transceivers[index].sends = false
        needsNegotiation = true
    }

    mutating func makeOffer() -> String {
        beforeOffer = transceivers.prefix { $0.mid != nil }.count
        needsNegotiation = false
        for index in transceivers.indices where transceivers[index].mid == nil {
            transceivers[index].mid = String(nextMID)
            nextMID += 1
        }
        return describe()
    }

    /// Takes an offer of the server and answers it; nil when it is ignored or does not fit.
    mutating func receiveOffer(_ offer: SessionDescription) -> String? {
        if let count = beforeOffer {
            guard manner == .rollsBack else { return nil }
            for index in count..<transceivers.count { transceivers[index].mid = nil }
            beforeOffer = nil
            needsNegotiation = true
        }
        let associated = transceivers.filter { $0.mid != nil }.map(\.mid)
        guard associated == offer.media.prefix(associated.count).map({ $0.mid?.rawValue }) else { return nil }
        for (index, media) in offer.media.enumerated() {
            if index >= associated.count {
                transceivers.insert(
                    Transceiver(mid: media.mid?.rawValue, kind: media.kind, sends: false, receives: true),
                    at: index
                )
            }
            transceivers[index].track = offer.direction(of: media).sends ? media.msids.first?.track : nil
        }
        return describe(answering: offer)
    }

    mutating func receiveAnswer(_ answer: SessionDescription) {
        // Stale, or an answer to an offer that was rolled back.
        guard beforeOffer != nil, answer.media.compactMap({ $0.mid?.rawValue }) == transceivers.compactMap(\.mid) else {
            return
        }
        beforeOffer = nil
        for (index, media) in answer.media.enumerated() where index < transceivers.count {
            transceivers[index].track = answer.direction(of: media).sends ? media.msids.first?.track : nil
        }
    }

    private func describe(answering offer: SessionDescription? = nil) -> String {
        var sections: [String] = []
        for (index, transceiver) in transceivers.enumerated() {
            guard let mid = transceiver.mid else { continue }
            let remote = offer.map { $0.direction(of: $0.media[index]) } ?? .sendrecv
            let direction = Direction(
                sends: transceiver.sends && remote.receives,
                receives: (transceiver.receives || transceiver.sends) && remote.sends
            )
            let section =
                transceiver.kind == .audio
                ? Sample.chromiumAudio(mid, direction: direction.rawValue)
                : Sample.chromiumVideo(mid, direction: direction.rawValue)
            sections.append(
                offer == nil ? section : section.replacingLine("a=setup:actpass", with: "a=setup:active")
            )
        }
        return Sample.session(sections)
    }
}
