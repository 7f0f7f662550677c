internal import CLinux
internal import Glibc
internal import Wire

/// `sockaddr_in` and `sockaddr_in6` as the kernel reads and writes them, without a detour over their C types.
///
/// Both begin with the family in host order and the port in network order; IPv4 has its address at offset 4, IPv6 at 8.
enum SocketAddress {
    /// The larger of the two forms.
    static let byteCount = 28
    /// Room for one address, a whole number of words.
    static let stride = 32

    /// Writes `address` and returns its length for `msg_namelen`.
    @inline(__always)
    static func write(_ address: TransportAddress, to memory: UnsafeMutableRawPointer) -> socklen_t {
        unsafe memory.storeBytes(of: address.port.bigEndian, toByteOffset: 2, as: UInt16.self)
        switch address.ip.family {
        case .ipv4:
            unsafe memory.storeBytes(of: sa_family_t(AF_INET), as: sa_family_t.self)
            unsafe memory.storeBytes(of: UInt32(truncatingIfNeeded: address.ip.low).bigEndian, toByteOffset: 4, as: UInt32.self)
            unsafe memory.storeBytes(of: 0, toByteOffset: 8, as: UInt64.self)
            return 16
        case .ipv6:
            unsafe memory.storeBytes(of: sa_family_t(AF_INET6), as: sa_family_t.self)
            unsafe memory.storeBytes(of: 0, toByteOffset: 4, as: UInt32.self)
            unsafe memory.storeBytes(of: address.ip.high.bigEndian, toByteOffset: 8, as: UInt64.self)
            unsafe memory.storeBytes(of: address.ip.low.bigEndian, toByteOffset: 16, as: UInt64.self)
            unsafe memory.storeBytes(of: 0, toByteOffset: 24, as: UInt32.self)
            return 28
        }
    }

    /// Reads what the kernel wrote; nil for another family or a length that does not fit it.
    @inline(__always)
    static func read(_ memory: UnsafeRawPointer, length: socklen_t) -> TransportAddress? {
        guard length >= 16 else { return nil }
        let family = unsafe Int32(memory.loadUnaligned(as: sa_family_t.self))
        let port = unsafe UInt16(bigEndian: memory.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        if family == AF_INET {
            let value = unsafe UInt32(bigEndian: memory.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
            return TransportAddress(IPAddress(ipv4: value), port: port)
        }
        guard family == AF_INET6, length >= 28 else { return nil }
        return unsafe TransportAddress(readIPv6(memory + 8), port: port)
    }

    /// Sixteen bytes in network order.
    @inline(__always)
    static func readIPv6(_ memory: UnsafeRawPointer) -> IPAddress {
        let high = unsafe UInt64(bigEndian: memory.loadUnaligned(as: UInt64.self))
        let low = unsafe UInt64(bigEndian: memory.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        return IPAddress(ipv6High: high, low: low)
    }
}
