import Foundation
import Glibc
import Wire

/// A UDP socket on 127.0.0.1 with one peer: the one it was made for, or the last one heard.
final class LoopbackSocket {
    struct Failure: Error {
        var call: String
        var code: Int32
    }

    private let descriptor: Int32
    private var peer: sockaddr_in

    /// - Parameter port: To bind for a server, to talk to for a client.
    init(port: UInt16, isServer: Bool) throws {
        descriptor = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        peer = Self.address(port: port)
        if isServer {
            var address = peer
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            // The pointer is used for this call only.
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
            }
            guard result == 0 else { throw Failure(call: "bind", code: errno) }
        }
    }

    deinit {
        close(descriptor)
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    var peerPort: UInt16 { UInt16(bigEndian: peer.sin_port) }

    /// The port that was bound.
    var port: UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    func send(_ datagram: [UInt8]) {
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafePointer(to: &peer) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(descriptor, datagram, datagram.count, 0, $0, size)
            }
        }
    }

    /// The next datagram, or nil when none comes in time.
    func receive(within interval: Wire.TimeInterval) -> [UInt8]? {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(clamping: max(0, interval.nanoseconds + 999_999) / 1_000_000)
        guard unsafe poll(&poller, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65536)
        var source = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = unsafe withUnsafeMutablePointer(to: &source) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe recvfrom(descriptor, &buffer, buffer.count, 0, $0, &size)
            }
        }
        guard count >= 0 else { return nil }
        peer = source
        return Array(buffer[..<count])
    }
}
