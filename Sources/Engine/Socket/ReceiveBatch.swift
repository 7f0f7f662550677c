internal import CLinux
internal import Glibc
package import Wire

/// The receive buffers of one turn of a shard's loop.
///
/// Slots fill up over the turn, from one socket after the other, and stay as they are until ``reset()``: what is sent at the
/// end of the turn points into them. A slot holds what one `recvmmsg` message may bring, which with UDP_GRO is up to 64 kB of
/// datagrams from one source to one local address.
@safe package struct ReceiveBatch: ~Copyable {
    /// Slots of a turn. 128 keep a saturated shard from going back to the kernel too often; memory is touched as used.
    package static let capacity = 128
    /// Bytes between slots: the largest coalesced buffer, and a bit more so that slots do not compete for the same cache sets.
    private static let stride = 65536 + 320
    /// Room for a packet information and a UDP_GRO message: 32 (or 40) + 24 bytes.
    private static let controlStride = 128

    private let memory = PageMemory(byteCount: capacity * stride)
    private let tables = unsafe PageMemory(
        byteCount: capacity
            * (MemoryLayout<linux_mmsghdr>.stride + MemoryLayout<iovec>.stride + SocketAddress.stride + controlStride)
    )
    private let messages: UnsafeMutablePointer<linux_mmsghdr>
    private let names: UnsafeMutableRawPointer
    private let controls: UnsafeMutableRawPointer
    /// Slots that hold something in this turn.
    package private(set) var used = 0

    package init() {
        unsafe messages = tables.base.bindMemory(to: linux_mmsghdr.self, capacity: Self.capacity)
        let iovecs = unsafe (tables.base + Self.capacity * MemoryLayout<linux_mmsghdr>.stride)
            .bindMemory(to: iovec.self, capacity: Self.capacity)
        unsafe names = UnsafeMutableRawPointer(iovecs + Self.capacity)
        unsafe controls = names + Self.capacity * SocketAddress.stride
        for slot in 0..<Self.capacity {
            unsafe iovecs[slot] = iovec(iov_base: memory.base + slot * Self.stride, iov_len: 65536)
            unsafe messages[slot] = linux_mmsghdr()
            unsafe messages[slot].msg_hdr.msg_iov = iovecs + slot
            unsafe messages[slot].msg_hdr.msg_iovlen = 1
            unsafe messages[slot].msg_hdr.msg_name = names + slot * SocketAddress.stride
            unsafe messages[slot].msg_hdr.msg_control = controls + slot * Self.controlStride
        }
    }

    /// Slots that are still free in this turn.
    package var free: Int { Self.capacity - used }

    /// Forgets what was received. Nothing may point into the slots any more.
    package mutating func reset() { used = 0 }

    /// Receives up to `limit` messages into the next free slots. Empty when nothing is there; an error of the socket (an ICMP
    /// message that it remembers) counts as nothing.
    package mutating func receive(from descriptor: CInt, limit: Int) -> Range<Int> {
        let count = min(limit, free)
        guard count > 0 else { return used..<used }
        for slot in used..<used + count {
            unsafe messages[slot].msg_hdr.msg_namelen = socklen_t(SocketAddress.byteCount)
            unsafe messages[slot].msg_hdr.msg_controllen = Self.controlStride
        }
        let received = unsafe linux_recvmmsg(descriptor, messages + used, UInt32(count), Int32(MSG_DONTWAIT), nil)
        guard received > 0 else { return used..<used }
        defer { used += Int(received) }
        return used..<used + Int(received)
    }

    /// The bytes of a slot, all datagrams of a coalesced buffer one after the other.
    package func bytes(_ slot: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(
            start: memory.base + slot * Self.stride,
            count: Int(messages[slot].msg_len)
        )
    }

    /// Where the datagrams of a slot came from. Nil for a family that we never bind.
    package func source(_ slot: Int) -> TransportAddress? {
        unsafe SocketAddress.read(names + slot * SocketAddress.stride, length: messages[slot].msg_hdr.msg_namelen)
    }

    /// What the kernel says beside the bytes.
    package struct Ancillary {
        /// The size of each datagram in the slot but the last, which may be shorter; zero when there is one only.
        package var segmentByteCount = 0
        /// The local address the datagrams came to, where the socket was asked to tell.
        package var localIP: IPAddress?
    }

    package func ancillary(_ slot: Int) -> Ancillary {
        var result = Ancillary()
        let control = unsafe UnsafeRawPointer(controls + slot * Self.controlStride)
        let end = unsafe Int(messages[slot].msg_hdr.msg_controllen)
        var offset = 0
        // cmsghdr: length (8 bytes), level (4), type (4), data; the next one begins at a multiple of 8.
        while offset + 16 <= end {
            let length = unsafe Int((control + offset).loadUnaligned(as: UInt64.self))
            guard length >= 16, offset + length <= end else { break }
            let level = unsafe (control + offset + 8).loadUnaligned(as: Int32.self)
            let type = unsafe (control + offset + 12).loadUnaligned(as: Int32.self)
            let data = unsafe control + offset + 16
            if level == MARTLET_SOL_UDP, type == MARTLET_UDP_GRO, length >= 20 {
                let size = unsafe Int(data.loadUnaligned(as: Int32.self))
                if size > 0, unsafe size < Int(messages[slot].msg_len) { result.segmentByteCount = size }
            } else if level == SOL_IP, type == IP_PKTINFO, length >= 28 {
                result.localIP = unsafe IPAddress(ipv4: UInt32(bigEndian: (data + 8).loadUnaligned(as: UInt32.self)))
            } else if level == SOL_IPV6, type == IPV6_PKTINFO, length >= 36 {
                result.localIP = unsafe SocketAddress.readIPv6(data)
            }
            offset += (length + 7) & ~7
        }
        return result
    }
}
