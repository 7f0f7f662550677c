internal import Wire

/// How many answers a source gets before it has proved who it is.
///
/// Each answer can be an attack on the address that the question claims to come from, so answers are counted per IPv4 address
/// and per IPv6 /64, in a table of fixed size. The defaults let an office behind one NAT through: 200 clients that start in
/// one moment, and 50 a second after that.
public struct ReplyLimits: Hashable, Sendable {
    /// Answers per second to one prefix; 0 is unlimited.
    public var perPrefixPerSecond: UInt64
    public var perPrefixBurst: UInt64
    /// Answers per second of one shard to all together; 0 is unlimited. High: it is there for floods from everywhere.
    public var totalPerSecond: UInt64

    public init(perPrefixPerSecond: UInt64 = 50, perPrefixBurst: UInt64 = 200, totalPerSecond: UInt64 = 50_000) {
        self.perPrefixPerSecond = perPrefixPerSecond
        self.perPrefixBurst = perPrefixBurst
        self.totalPerSecond = totalPerSecond
    }
}

/// The buckets of ``ReplyLimits``: 4096 places in sets of four. A new prefix takes the place that owes least, so a flood
/// from many prefixes forgets those that are quiet and never those that are loud.
struct ReplyLimiter {
    enum Judgement: Equatable {
        case answer
        case prefixExhausted
        case totalExhausted
    }

    private struct Place {
        var tag: UInt64 = 0
        var state = RateLimit.State()
    }

    private static let setCount: UInt64 = 1024
    private static let ways = 4

    private var places: [Place]
    private var total = RateLimit.State()
    private var perPrefix: RateLimit
    private var perTotal: RateLimit
    private let seed: UInt64

    init(_ limits: ReplyLimits, seed: UInt64) {
        places = Array(repeating: Place(), count: Int(Self.setCount) * Self.ways)
        self.seed = seed
        perPrefix = RateLimit(unitsPerSecond: limits.perPrefixPerSecond, burst: limits.perPrefixBurst)
        perTotal = RateLimit(unitsPerSecond: limits.totalPerSecond, burst: limits.totalPerSecond)
    }

    mutating func reconfigure(_ limits: ReplyLimits) {
        perPrefix = RateLimit(unitsPerSecond: limits.perPrefixPerSecond, burst: limits.perPrefixBurst)
        perTotal = RateLimit(unitsPerSecond: limits.totalPerSecond, burst: limits.totalPerSecond)
    }

    /// The size of the table, which never changes.
    var placeCount: Int { places.capacity }

    mutating func judge(_ ip: IPAddress, at now: MonotonicTime) -> Judgement {
        let source = SourcePrefix(ip)
        var hasher = SeededHash(seed: seed)
        hasher.combine(source.ip.high)
        hasher.combine(source.ip.low ^ UInt64(source.ip.family.rawValue) << 56)
        let tag = hasher.value | 1
        let first = Int((tag >> 1) % Self.setCount) * Self.ways
        var chosen = first
        var least = UInt64.max
        for index in first..<first + Self.ways {
            if places[index].tag == tag {
                chosen = index
                least = 0
                break
            }
            let backlog = places[index].state.backlog(at: now)
            if backlog < least {
                least = backlog
                chosen = index
            }
        }
        if places[chosen].tag != tag { places[chosen] = Place(tag: tag) }
        guard perPrefix.take(1, from: &places[chosen].state, at: now) else { return .prefixExhausted }
        return perTotal.take(1, from: &total, at: now) ? .answer : .totalExhausted
    }
}
