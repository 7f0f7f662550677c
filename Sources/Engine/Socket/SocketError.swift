internal import Glibc
public import Wire

/// A system call on a socket that failed: what was tried, where, and the `errno` it left.
public struct SocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call that failed, by its name in section 2 of the manual.
    public var call: StaticString { Self.names[Int(callIndex)] }
    private let callIndex: UInt8
    public let code: Int32
    public let address: TransportAddress?

    private static let names: [StaticString] = [
        "socket", "setsockopt", "bind", "getsockname", "epoll_ctl", "epoll_create1", "eventfd", "pipe2",
    ]

    init(call: Call, address: TransportAddress? = nil) {
        self.callIndex = call.rawValue
        self.code = errno
        self.address = address
    }

    enum Call: UInt8 {
        case socket
        case setsockopt
        case bind
        case getsockname
        case epollControl
        case epollCreate
        case eventDescriptor
        case pipe
    }

    public var description: String {
        let reason = unsafe String(cString: strerror(code))
        guard let address else { return "\(call): \(reason)" }
        return "\(call) \(address): \(reason)"
    }
}
