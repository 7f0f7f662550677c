internal import Wire

/// Which ports of one relay address are taken: one bit each.
struct RelayPortTable: Sendable {
    enum Parity: Sendable {
        case any
        case even
        /// An even port whose successor is free too; both are taken.
        case evenPair
    }

    let ports: ClosedRange<UInt16>
    private var taken: [UInt64]
    private(set) var takenCount = 0

    init(_ ports: ClosedRange<UInt16>) {
        self.ports = ports
        taken = Array(repeating: 0, count: ports.count / 64 + 1)
    }

    /// Takes a port at random (RFC 8656 section 7.2 recommends that it cannot be guessed).
    ///
    /// - Returns: nil when there is none of that parity.
    mutating func take(_ parity: Parity, using generator: inout some RandomNumberGenerator) -> UInt16? {
        // Random tries leave no pattern. When the range is almost full a search from a random start finds the rest.
        for _ in 0..<32 {
            let port = UInt16.random(in: ports, using: &generator)
            if take(port, parity) { return port }
        }
        let start = Int.random(in: 0..<ports.count, using: &generator)
        for step in 0..<ports.count {
            let port = ports.lowerBound + UInt16((start + step) % ports.count)
            if take(port, parity) { return port }
        }
        return nil
    }

    /// Gives a port back; one that is not taken stays so.
    mutating func release(_ port: UInt16) {
        guard ports.contains(port), isTaken(port) else { return }
        set(port, false)
    }

    private mutating func take(_ port: UInt16, _ parity: Parity) -> Bool {
        switch parity {
        case .any:
            guard !isTaken(port) else { return false }
        case .even:
            guard port % 2 == 0, !isTaken(port) else { return false }
        case .evenPair:
            guard port % 2 == 0, port < ports.upperBound, !isTaken(port), !isTaken(port + 1) else { return false }
            set(port + 1, true)
        }
        set(port, true)
        return true
    }

    private func isTaken(_ port: UInt16) -> Bool {
        let bit = Int(port - ports.lowerBound)
        return taken[bit / 64] & (1 << UInt64(bit % 64)) != 0
    }

    private mutating func set(_ port: UInt16, _ value: Bool) {
        let bit = Int(port - ports.lowerBound)
        taken[bit / 64] ^= 1 << UInt64(bit % 64)
        takenCount += value ? 1 : -1
    }
}
