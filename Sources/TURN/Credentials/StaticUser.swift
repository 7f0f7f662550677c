/// A user with a password that does not expire.
public struct StaticUser: Hashable, Sendable {
    public let name: String
    let password: String

    public init(name: String, password: String) {
        self.name = name
        self.password = password
    }
}

extension StaticUser: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(static user)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
