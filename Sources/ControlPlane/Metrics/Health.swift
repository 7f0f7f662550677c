/// What `/health` answers.
public struct Health: Sendable, Equatable {
    public enum Status: String, Sendable {
        case ok
        /// No new work is taken; what is there goes on.
        case draining
    }

    /// A number worth showing beside the status, such as the allocations that a drain still waits for.
    public struct Count: Sendable, Equatable {
        public let name: String
        public let value: UInt64

        /// `name` is a constant of letters, digits and underscores.
        public init(_ name: String, _ value: UInt64) {
            self.name = name
            self.value = value
        }
    }

    public let status: Status
    public let counts: [Count]

    public init(_ status: Status, counts: [Count] = []) {
        self.status = status
        self.counts = counts
    }

    /// `{"status":"ok","allocations":3}`
    var json: String {
        let fields = ["\"status\":\"\(status.rawValue)\""] + counts.map { "\"\($0.name)\":\($0.value)" }
        return "{\(fields.joined(separator: ","))}\n"
    }
}
