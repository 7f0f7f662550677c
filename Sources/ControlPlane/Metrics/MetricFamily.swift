/// One metric with all its samples, as a scrape sees it.
public struct MetricFamily: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case counter, gauge, histogram, summary, untyped
    }

    /// A number that is kept exact: counters outgrow what a `Double` holds exactly.
    public enum Value: Sendable, Equatable {
        case integer(UInt64)
        case real(Double)
    }

    public struct Label: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            precondition(MetricFamily.isName(name, allowsColon: false), "a label's name is a constant of ours")
            self.name = name
            self.value = value
        }
    }

    public struct Sample: Sendable, Equatable {
        /// What follows the family's name: `_bucket`, `_sum` and `_count` for histograms, else nothing.
        public let suffix: String
        public let labels: [Label]
        public let value: Value

        public init(suffix: String = "", labels: [Label] = [], _ value: Value) {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    public let name: String
    public let help: String
    public let kind: Kind
    public var samples: [Sample]

    /// `name` is a constant in the form that Prometheus asks for, such as `martlet_turn_allocations`.
    public init(name: String, help: String, kind: Kind, samples: [Sample]) {
        precondition(Self.isName(name, allowsColon: true), "a metric's name is a constant of ours")
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }

    /// A family with one sample and no label.
    public init(name: String, help: String, kind: Kind, value: Value) {
        self.init(name: name, help: help, kind: kind, samples: [Sample(value)])
    }

    private static func isName(_ text: String, allowsColon: Bool) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            case UInt8(ascii: ":"): allowsColon
            default: false
            }
        }
    }
}
