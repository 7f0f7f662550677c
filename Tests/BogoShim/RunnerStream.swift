import Foundation
import Glibc

/// The TCP connection to the runner, which carries datagrams and orders about time:
///
///     'P' length (4) datagram    'T' nanoseconds (8), answered by 't'    'M' bytes (4)
///     'E' nanoseconds (8)        'U' milliseconds (4)
final class RunnerStream {
    enum Order {
        case datagram([UInt8])
        case advance(nanoseconds: UInt64)
        case maximumDatagramSize(Int)
        /// Nil: no timer may run.
        case expectTimeout(nanoseconds: UInt64?)
        case initialTimeout(milliseconds: UInt32)
    }

    private let descriptor: Int32

    init?(port: UInt16, isIPv6: Bool, shimID: UInt64) {
        descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        let result: Int32
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            // The pointers are used for these calls only.
            result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        guard result == 0 else { return nil }
        write((0..<8).map { UInt8(truncatingIfNeeded: shimID >> UInt64(8 * $0)) })
    }

    deinit {
        close(descriptor)
    }

    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest.removeFirst(count)
        }
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var position = 0
        while position < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + position }, count - position)
            }
            guard got > 0 else { return nil }
            position += got
        }
        return bytes
    }

    private func number(_ count: Int) -> UInt64? {
        read(count)?.reduce(0) { $0 << 8 | UInt64($1) }
    }

    func send(_ datagram: [UInt8]) {
        let length = UInt32(truncatingIfNeeded: datagram.count)
        write([UInt8(ascii: "P")] + (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * $0)) } + datagram)
    }

    /// The next order, or nil at the end of the stream.
    func next() -> Order? {
        guard let code = read(1)?.first else { return nil }
        switch code {
        case UInt8(ascii: "P"):
            return number(4).flatMap { read(Int($0)) }.map { .datagram($0) }
        case UInt8(ascii: "T"):
            guard let time = number(8) else { return nil }
            write([UInt8(ascii: "t")])
            return .advance(nanoseconds: time)
        case UInt8(ascii: "M"):
            return number(4).map { .maximumDatagramSize(Int($0)) }
        case UInt8(ascii: "E"):
            return number(8).map { .expectTimeout(nanoseconds: $0 == .max ? nil : $0) }
        case UInt8(ascii: "U"):
            return number(4).map { .initialTimeout(milliseconds: UInt32(truncatingIfNeeded: $0)) }
        default:
            return nil
        }
    }

    /// Says that nothing more comes, and waits for the other side to say so: a reset would swallow the last alert.
    func finish() {
        shutdown(descriptor, Int32(SHUT_WR))
        while read(1) != nil {}
    }
}
