internal import CLinux
internal import Glibc
internal import Wire

/// Gathers messages of one socket and sends them with `sendmmsg`; a message of several segments leaves by UDP_SEGMENT.
///
/// When the kernel refuses to cut a message (EIO: no checksum offload on the way; EINVAL: segments above the path's MTU) its
/// datagrams are sent one by one and the socket remembers.
@safe struct MessageSender: ~Copyable {
    /// Segments of one message. The kernel allows 64 before Linux 6.9 and 128 since.
    static let segmentLimit = 64
    private static let messageCapacity = 256
    /// Three pieces per datagram at most, and room for one more full message when the rest is in use.
    private static let vectorCapacity = 4096
    /// UDP_SEGMENT takes 24 bytes (18 rounded up), the packet information 32 (IPv4) or 40 (IPv6).
    private static let controlStride = 64

    private let memory: PageMemory
    private let messages: UnsafeMutablePointer<linux_mmsghdr>
    private let vectors: UnsafeMutablePointer<iovec>
    private let names: UnsafeMutableRawPointer
    private let controls: UnsafeMutableRawPointer
    private let segmentCounts: UnsafeMutablePointer<UInt16>
    private let segmentSizes: UnsafeMutablePointer<Int32>
    /// How many vectors each datagram has, in the order of the vectors: needed to send one by one.
    private let vectorCounts: UnsafeMutablePointer<UInt8>
    private let zeros: UnsafeMutableRawPointer
    private var messageCount = 0
    private var vectorCount = 0
    private var datagramCount = 0
    /// Start of the open message.
    private var firstVector = 0
    private var dontFragment = false

    init() {
        let sizes = unsafe [
            Self.messageCapacity * MemoryLayout<linux_mmsghdr>.stride, Self.vectorCapacity * MemoryLayout<iovec>.stride,
            Self.messageCapacity * SocketAddress.stride, Self.messageCapacity * Self.controlStride,
            Self.messageCapacity * 2, Self.messageCapacity * 4, Self.vectorCapacity, 64,
        ].map { ($0 + 63) & ~63 }
        memory = PageMemory(byteCount: sizes.reduce(0, +))
        unsafe messages = memory.bind(linux_mmsghdr.self, capacity: Self.messageCapacity)
        unsafe vectors = memory.bind(iovec.self, capacity: Self.vectorCapacity, at: sizes[0])
        unsafe names = memory.base + sizes[..<2].reduce(0, +)
        unsafe controls = memory.base + sizes[..<3].reduce(0, +)
        unsafe segmentCounts = memory.bind(UInt16.self, capacity: Self.messageCapacity, at: sizes[..<4].reduce(0, +))
        unsafe segmentSizes = memory.bind(Int32.self, capacity: Self.messageCapacity, at: sizes[..<5].reduce(0, +))
        unsafe vectorCounts = memory.bind(UInt8.self, capacity: Self.vectorCapacity, at: sizes[..<6].reduce(0, +))
        unsafe zeros = memory.base + sizes[..<7].reduce(0, +)
    }

    /// Starts a message to the destination of `train`; sends what is gathered first when there is no room for it.
    mutating func beginMessage(
        _ train: TransmitQueue.Train,
        segmentByteCount: Int,
        socket: inout SocketSlot,
        statistics: inout TransmitStatistics
    ) {
        if messageCount == Self.messageCapacity || vectorCount + 3 * Self.segmentLimit > Self.vectorCapacity
            || (messageCount > 0 && train.dontFragment != dontFragment)
        {
            flush(&socket, statistics: &statistics)
        }
        dontFragment = train.dontFragment
        firstVector = vectorCount
        let name = unsafe names + messageCount * SocketAddress.stride
        unsafe messages[messageCount].msg_hdr.msg_name = name
        unsafe messages[messageCount].msg_hdr.msg_namelen = SocketAddress.write(train.destination, to: name)
        unsafe messages[messageCount].msg_hdr.msg_iov = vectors + vectorCount
        unsafe messages[messageCount].msg_hdr.msg_flags = 0
        unsafe segmentSizes[messageCount] = Int32(segmentByteCount)
        var controlByteCount = 0
        if socket.namesSource {
            controlByteCount = unsafe Self.writeSource(train.source, to: controls + messageCount * Self.controlStride)
        }
        unsafe messages[messageCount].msg_hdr.msg_controllen = controlByteCount
    }

    /// Adds one datagram, which becomes one segment, to the open message.
    mutating func append(header: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, trailerByteCount: Int) {
        let before = vectorCount
        if header.count > 0 { unsafe appendVector(header.baseAddress, header.count) }
        if payload.count > 0 || (header.count == 0 && trailerByteCount == 0) {
            unsafe appendVector(payload.baseAddress, payload.count)
        }
        if trailerByteCount > 0 { unsafe appendVector(zeros, trailerByteCount) }
        unsafe vectorCounts[datagramCount] = UInt8(vectorCount - before)
        datagramCount += 1
    }

    private mutating func appendVector(_ start: UnsafeRawPointer?, _ count: Int) {
        unsafe vectors[vectorCount] = iovec(iov_base: UnsafeMutableRawPointer(mutating: start), iov_len: count)
        vectorCount += 1
    }

    /// Closes the open message, of `segmentCount` datagrams.
    mutating func endMessage(segmentCount: Int, socket: inout SocketSlot, statistics: inout TransmitStatistics) {
        unsafe messages[messageCount].msg_hdr.msg_iovlen = vectorCount - firstVector
        unsafe segmentCounts[messageCount] = UInt16(segmentCount)
        var controlByteCount = unsafe messages[messageCount].msg_hdr.msg_controllen
        let control = unsafe controls + messageCount * Self.controlStride
        if segmentCount > 1 {
            unsafe Self.writeControl(
                control + controlByteCount,
                level: MARTLET_SOL_UDP,
                type: MARTLET_UDP_SEGMENT,
                dataByteCount: 2
            )
            unsafe (control + controlByteCount).storeBytes(
                of: UInt16(truncatingIfNeeded: segmentSizes[messageCount]),
                toByteOffset: 16,
                as: UInt16.self
            )
            controlByteCount += 24
        }
        unsafe messages[messageCount].msg_hdr.msg_controllen = controlByteCount
        unsafe messages[messageCount].msg_hdr.msg_control = controlByteCount > 0 ? control : nil
        messageCount += 1
    }

    /// Hands everything gathered to the kernel.
    mutating func flush(_ socket: inout SocketSlot, statistics: inout TransmitStatistics) {
        if dontFragment, messageCount > 0 {
            DatagramSocket.setDontFragment(true, on: socket.descriptor, family: socket.local.ip.family)
        }
        var next = 0
        var firstDatagram = 0
        var retried = -1
        while next < messageCount {
            let result = unsafe linux_sendmmsg(
                socket.descriptor,
                messages + next,
                UInt32(messageCount - next),
                Int32(MSG_DONTWAIT)
            )
            let code = errno
            statistics.calls &+= 1
            if result > 0 {
                for message in next..<next + Int(result) {
                    let count = unsafe Int(segmentCounts[message])
                    statistics.datagrams &+= UInt64(count)
                    if count > 1 {
                        statistics.trains &+= 1
                        statistics.segments &+= UInt64(count)
                    }
                    firstDatagram += count
                }
                next += Int(result)
                continue
            }
            let count = unsafe Int(segmentCounts[next])
            switch code {
            case EINTR:
                continue
            case EAGAIN, ENOBUFS, ENOMEM:
                // The queue to the network is full: what is left of this turn is the newest, and goes.
                while next < messageCount {
                    unsafe statistics.droppedQueueFull &+= UInt64(segmentCounts[next])
                    next += 1
                }
            case EIO where count > 1, EINVAL where count > 1, EMSGSIZE where count > 1:
                socket.segmentLimit = code == EIO ? 0 : min(socket.segmentLimit, unsafe segmentSizes[next] - 1)
                statistics.trainsRefused &+= 1
                sendSingly(message: next, firstDatagram: firstDatagram, socket: socket, statistics: &statistics)
                firstDatagram += count
                next += 1
            case ECONNREFUSED where retried != next, EHOSTUNREACH where retried != next,
                ENETUNREACH where retried != next:
                // Perhaps an error that an earlier datagram left behind, which this call has cleared: try once more.
                retried = next
            default:
                drop(count, code: code, statistics: &statistics)
                firstDatagram += count
                next += 1
            }
        }
        if dontFragment, messageCount > 0 {
            DatagramSocket.setDontFragment(false, on: socket.descriptor, family: socket.local.ip.family)
        }
        messageCount = 0
        vectorCount = 0
        datagramCount = 0
    }

    /// Sends the segments of a refused message as datagrams of their own.
    private mutating func sendSingly(
        message: Int,
        firstDatagram: Int,
        socket: SocketSlot,
        statistics: inout TransmitStatistics
    ) {
        var header = unsafe messages[message].msg_hdr
        unsafe header.msg_controllen -= 24
        if unsafe header.msg_controllen == 0 { unsafe header.msg_control = nil }
        for datagram in firstDatagram..<firstDatagram + Int(unsafe segmentCounts[message]) {
            unsafe header.msg_iovlen = Int(vectorCounts[datagram])
            let result = unsafe sendmsg(socket.descriptor, &header, Int32(MSG_DONTWAIT))
            statistics.calls &+= 1
            if result >= 0 {
                statistics.datagrams &+= 1
            } else {
                drop(1, code: errno, statistics: &statistics)
            }
            unsafe header.msg_iov += Int(vectorCounts[datagram])
        }
    }

    private func drop(_ count: Int, code: Int32, statistics: inout TransmitStatistics) {
        switch code {
        case EAGAIN, ENOBUFS, ENOMEM: statistics.droppedQueueFull &+= UInt64(count)
        case EMSGSIZE: statistics.droppedTooLarge &+= UInt64(count)
        default: statistics.droppedError &+= UInt64(count)
        }
    }

    private static func writeControl(_ memory: UnsafeMutableRawPointer, level: Int32, type: Int32, dataByteCount: Int) {
        unsafe memory.storeBytes(of: UInt64(16 + dataByteCount), as: UInt64.self)
        unsafe memory.storeBytes(of: level, toByteOffset: 8, as: Int32.self)
        unsafe memory.storeBytes(of: type, toByteOffset: 12, as: Int32.self)
    }

    /// The packet information that makes a datagram leave from `source` (ip(7), RFC 3542 section 6.2).
    private static func writeSource(_ source: IPAddress, to memory: UnsafeMutableRawPointer) -> Int {
        switch source.family {
        case .ipv4:
            unsafe writeControl(memory, level: SOL_IP, type: IP_PKTINFO, dataByteCount: 12)
            unsafe memory.storeBytes(of: 0, toByteOffset: 16, as: Int32.self)
            unsafe memory.storeBytes(
                of: UInt32(truncatingIfNeeded: source.low).bigEndian,
                toByteOffset: 20,
                as: UInt32.self
            )
            unsafe memory.storeBytes(of: 0, toByteOffset: 24, as: UInt32.self)
            return 32
        case .ipv6:
            unsafe writeControl(memory, level: SOL_IPV6, type: IPV6_PKTINFO, dataByteCount: 20)
            unsafe memory.storeBytes(of: source.high.bigEndian, toByteOffset: 16, as: UInt64.self)
            unsafe memory.storeBytes(of: source.low.bigEndian, toByteOffset: 24, as: UInt64.self)
            unsafe memory.storeBytes(of: 0, toByteOffset: 32, as: UInt32.self)
            return 40
        }
    }
}
