internal import SDP
public import Wire

/// Whether a client can reach the relay at all: told early, a person can do something about it.
///
/// There are two signs that it cannot: its candidates ended without a relayed one, or for 15 s after the answer checks came
/// from addresses that no relay owns and from nowhere else.
public struct RelayRequirement: Sendable {
    /// How long checks from other addresses may go on after the answer.
    public static let patience = TimeInterval.seconds(15)

    /// When ``advance(to:sawOnlyForeignSources:)`` has something to do.
    public private(set) var nextDeadline = MonotonicTime.distantFuture
    private var ufrag: String?
    private var hasRelayed = false
    private var hasEnded = false
    private var isTold = false
    /// Candidates that came before the description of their ICE session, as many as a browser may have.
    private var early: [Note] = []

    private enum News {
        case candidate(Candidate.Kind)
        case end
    }

    private struct Note {
        var ufrag: String?
        var news: News
    }

    public init() {}

    /// A description of the client with these credentials was accepted. Candidates of an earlier ICE session do not count.
    mutating func begin(ufrag: String, at now: MonotonicTime) {
        guard ufrag != self.ufrag else { return }
        self.ufrag = ufrag
        hasRelayed = false
        hasEnded = false
        isTold = false
        nextDeadline = now + Self.patience
        let notes = early
        early = []
        for note in notes where note.ufrag == nil || note.ufrag == ufrag { take(note.news) }
    }

    mutating func add(_ candidate: Candidate, ufrag: String?) {
        add(Note(ufrag: ufrag ?? candidate.parameter("ufrag"), news: .candidate(candidate.kind)))
    }

    mutating func end(ufrag: String?) { add(Note(ufrag: ufrag, news: .end)) }

    private mutating func add(_ note: Note) {
        if ufrag != nil, note.ufrag == nil || note.ufrag == ufrag {
            take(note.news)
        } else if early.count < 64 {
            early.append(note)
        }
    }

    private mutating func take(_ news: News) {
        switch news {
        case .candidate(let kind): if kind == .relayed { hasRelayed = true }
        case .end: hasEnded = true
        }
    }

    /// True once in an ICE session, when its candidates have ended without a relayed one.
    mutating func isNewlyUnmet() -> Bool {
        guard hasEnded, !hasRelayed, !isTold else { return false }
        isTold = true
        nextDeadline = .distantFuture
        return true
    }

    /// True when the client has to be told now.
    mutating func advance(to now: MonotonicTime, sawOnlyForeignSources: Bool) -> Bool {
        guard now >= nextDeadline else { return false }
        nextDeadline = .distantFuture
        guard sawOnlyForeignSources, !isTold else { return false }
        isTold = true
        return true
    }
}
