import Glibc

/// Tells systemd about the state of the service, by datagrams to the socket that `NOTIFY_SOCKET` names (sd_notify(3)).
public struct SystemdNotifier: Sendable {
    public enum State: Sendable, Equatable {
        case ready
        case reloading
        case stopping
        /// One line for `systemctl status`.
        case status(String)

        var assignment: String {
            switch self {
            case .ready: "READY=1"
            case .reloading: "RELOADING=1"
            case .stopping: "STOPPING=1"
            case .status(let text): "STATUS=" + text.map { $0.isNewline ? " " : String($0) }.joined()
            }
        }
    }

    /// A path, or an abstract name that begins with `@`.
    private let socketName: String

    /// Nil when nobody asked to be told.
    public init?(environment: [String: String]) {
        guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@"),
            name.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else { return nil }
        self.socketName = name
    }

    /// Sends states as one message. False when nobody took it; a service runs on all the same.
    @discardableResult
    public func notify(_ states: State...) -> Bool {
        let message = states.map(\.assignment).joined(separator: "\n")
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }

        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(socketName.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        // `init` saw to it that the name fits.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let abstract = name.first == 0
        let length = MemoryLayout<sa_family_t>.size + name.count + (abstract ? 0 : 1)
        var text = message
        let sent = text.withUTF8 { bytes in
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe sendto(
                        descriptor,
                        bytes.baseAddress,
                        bytes.count,
                        Int32(MSG_NOSIGNAL),
                        generic,
                        socklen_t(length)
                    )
                }
            }
        }
        return sent == message.utf8.count
    }
}
