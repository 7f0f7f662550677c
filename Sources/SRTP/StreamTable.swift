import RTP

/// The streams of one context by SSRC: open addressing with linear probing, a power of two of places, at most three
/// quarters of them used. It allocates when it grows, which only a new stream can cause, and it never grows beyond its
/// limit.
struct StreamTable {
    private struct Place {
        var isUsed = false
        var ssrc = SSRC(0)
        var state = StreamState()
    }

    /// The most streams it takes.
    let limit: Int
    private(set) var count = 0
    private var places: [Place]

    /// - Parameter limit: 1 or more.
    init(limit: Int) {
        precondition(limit > 0, "a table of streams has room for one at least")
        self.limit = limit
        self.places = Array(repeating: Place(), count: 8)
    }

    private func firstPlace(_ ssrc: SSRC) -> Int {
        // SSRCs are random where people follow the RFC; the multiplication spreads those that are not.
        Int(truncatingIfNeeded: (UInt64(ssrc.rawValue) &* 0x9E37_79B9_7F4A_7C15) >> 32) & (places.count - 1)
    }

    private func next(_ place: Int) -> Int { (place + 1) & (places.count - 1) }

    /// The place of `ssrc`, valid until the table changes.
    @inline(__always)
    func find(_ ssrc: SSRC) -> Int? {
        var place = firstPlace(ssrc)
        while places[place].isUsed {
            if places[place].ssrc == ssrc { return place }
            place = next(place)
        }
        return nil
    }

    /// The state at a place that ``find(_:)`` returned.
    subscript(place: Int) -> StreamState {
        get { places[place].state }
        _modify { yield &places[place].state }
    }

    /// Refuses when there is no room for one more.
    func checkRoom() throws(SRTPError) {
        guard count < limit else { throw .tooManyStreams(limit: limit) }
    }

    mutating func insert(_ ssrc: SSRC, _ state: StreamState) throws(SRTPError) {
        guard find(ssrc) == nil else { throw .streamExists(ssrc) }
        try checkRoom()
        if (count + 1) * 4 > places.count * 3 { grow() }
        place(ssrc, state)
        count += 1
    }

    private mutating func place(_ ssrc: SSRC, _ state: StreamState) {
        var index = firstPlace(ssrc)
        while places[index].isUsed { index = next(index) }
        places[index] = Place(isUsed: true, ssrc: ssrc, state: state)
    }

    private mutating func grow() {
        let old = places
        places = Array(repeating: Place(), count: old.count * 2)
        for entry in old where entry.isUsed { place(entry.ssrc, entry.state) }
    }

    /// Takes out `ssrc` and moves those behind it up, so that probing finds no hole. False when it was not there.
    mutating func remove(_ ssrc: SSRC) -> Bool {
        guard var hole = find(ssrc) else { return false }
        var candidate = next(hole)
        while places[candidate].isUsed {
            let home = firstPlace(places[candidate].ssrc)
            let mask = places.count - 1
            // It may move into the hole unless its home lies behind the hole.
            if (candidate - home) & mask >= (candidate - hole) & mask {
                places[hole] = places[candidate]
                hole = candidate
            }
            candidate = next(candidate)
        }
        places[hole] = Place()
        count -= 1
        return true
    }
}
