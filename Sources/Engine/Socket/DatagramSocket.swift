internal import CLinux
internal import Glibc
public import Wire

/// A bound, non-blocking UDP socket. Closes with its owner.
public struct DatagramSocket: ~Copyable {
    let descriptor: CInt
    /// Where the socket is bound, with the port that the kernel chose if it was asked to.
    public let localAddress: TransportAddress

    /// What differs between the sockets of a shard.
    public struct Options: Sendable {
        /// Several sockets share the address and the kernel spreads five-tuples over them (SO_REUSEPORT).
        public var sharesPort = false
        /// The kernel may hand over several datagrams of one source as one buffer (UDP_GRO).
        public var coalescesReceives = true
        /// Each datagram tells which local address it came to, so that the answer leaves from there. Needed where the socket is
        /// bound to the unspecified address.
        public var reportsLocalAddress = false
        /// ICMP errors are kept with the datagram that caused them (IP_RECVERR) instead of failing the next call.
        public var reportsErrors = false
        /// Bytes; the kernel counts its own overhead in, about twice the payload. Without the right to exceed it the limit is
        /// net.core.rmem_max or wmem_max.
        public var bufferByteCount: Int32 = 4 << 20

        public init() {}
    }

    public init(bindingTo address: TransportAddress, options: Options = Options()) throws(SocketError) {
        let family = address.ip.family == .ipv4 ? AF_INET : AF_INET6
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw SocketError(call: .socket, address: address) }
        do throws(SocketError) {
            try Self.configure(descriptor, for: address, options: options)
            self.localAddress = try Self.bind(descriptor, to: address)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Gives the descriptor away: closing it is the caller's from here on.
    consuming func takeDescriptor() -> CInt {
        let descriptor = self.descriptor
        discard self
        return descriptor
    }

    /// The bytes that the kernel really gives to the receive queue.
    public var receiveBufferByteCount: Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &value, &length)
        return value
    }

    private static func configure(
        _ descriptor: CInt,
        for address: TransportAddress,
        options: Options
    ) throws(SocketError) {
        if address.ip.family == .ipv6 { try set(descriptor, SOL_IPV6, IPV6_V6ONLY, 1, address) }
        if options.sharesPort { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1, address) }
        if options.reportsLocalAddress {
            switch address.ip.family {
            case .ipv4: try set(descriptor, SOL_IP, IP_PKTINFO, 1, address)
            case .ipv6: try set(descriptor, SOL_IPV6, IPV6_RECVPKTINFO, 1, address)
            }
        }
        if options.reportsErrors {
            switch address.ip.family {
            case .ipv4: try set(descriptor, SOL_IP, IP_RECVERR, 1, address)
            case .ipv6: try set(descriptor, SOL_IPV6, IPV6_RECVERR, 1, address)
            }
        }
        // RFC 8656 section 14: without DONT-FRAGMENT the server lets the network fragment.
        switch address.ip.family {
        case .ipv4: try set(descriptor, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, address)
        case .ipv6: try set(descriptor, SOL_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT, address)
        }
        // Kernels before 5.0 have no UDP_GRO; they hand over datagram by datagram.
        if options.coalescesReceives { try? set(descriptor, MARTLET_SOL_UDP, MARTLET_UDP_GRO, 1, address) }
        for (forced, plain) in [(SO_RCVBUFFORCE, SO_RCVBUF), (SO_SNDBUFFORCE, SO_SNDBUF)] {
            do throws(SocketError) {
                try set(descriptor, SOL_SOCKET, forced, options.bufferByteCount, address)
            } catch {
                try set(descriptor, SOL_SOCKET, plain, options.bufferByteCount, address)
            }
        }
    }

    private static func set(
        _ descriptor: CInt,
        _ level: Int32,
        _ name: Int32,
        _ value: Int32,
        _ address: TransportAddress
    ) throws(SocketError) {
        var value = value
        let result = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
        guard result == 0 else { throw SocketError(call: .setsockopt, address: address) }
    }

    private static func bind(_ descriptor: CInt, to address: TransportAddress) throws(SocketError) -> TransportAddress {
        var storage = sockaddr_in6()
        let length = unsafe withUnsafeMutableBytes(of: &storage) { memory in
            unsafe memory.baseAddress.map { unsafe SocketAddress.write(address, to: $0) } ?? 0
        }
        let result = unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(descriptor, $0, length)
            }
        }
        guard result == 0 else { throw SocketError(call: .bind, address: address) }
        var boundLength = socklen_t(SocketAddress.byteCount)
        let named = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &boundLength)
            }
        }
        let bound = unsafe withUnsafeBytes(of: &storage) { memory in
            unsafe memory.baseAddress.flatMap { unsafe SocketAddress.read($0, length: boundLength) }
        }
        guard named == 0, let bound else { throw SocketError(call: .getsockname, address: address) }
        return bound
    }

    /// Sets or clears the "don't fragment" bit of what is sent from here on (DONT-FRAGMENT, RFC 8656 section 14).
    static func setDontFragment(_ isSet: Bool, on descriptor: CInt, family: IPAddress.Family) {
        // PROBE sets the bit and ignores what is known of the path: the client is told by ICMP, not by us.
        switch family {
        case .ipv4:
            var value = isSet ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT
            unsafe setsockopt(descriptor, SOL_IP, IP_MTU_DISCOVER, &value, socklen_t(MemoryLayout<Int32>.size))
        case .ipv6:
            var value = isSet ? IPV6_PMTUDISC_PROBE : IPV6_PMTUDISC_DONT
            unsafe setsockopt(descriptor, SOL_IPV6, IPV6_MTU_DISCOVER, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }
}
