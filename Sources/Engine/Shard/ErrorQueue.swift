internal import CLinux
internal import Glibc
internal import Wire

/// An ICMP error about a datagram that was sent: what RFC 8656 section 11.5 passes on to the client.
struct ICMPError: BitwiseCopyable {
    /// Where the datagram was going.
    var destination: TransportAddress
    var type: UInt8
    var code: UInt8
    /// The MTU of the next hop where the error names one, else zero.
    var data: UInt32
}

/// The errors that the kernel keeps for a socket with IP_RECVERR (ip(7)).
enum ErrorQueue {
    /// Takes the oldest error from the queue; nil when it is empty. Errors that are not ICMP are taken and skipped.
    static func next(of descriptor: CInt) -> ICMPError? {
        // The start of the datagram comes back with the error; nobody reads it.
        var name: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var control: InlineArray<64, UInt64> = InlineArray(repeating: 0)
        while true {
            var header = unsafe msghdr()
            let controlByteCount = MemoryLayout.size(ofValue: control)
            let (received, nameLength, controlLength, flags): (Int, socklen_t, Int, Int32) =
                unsafe withUnsafeMutableBytes(of: &name) { name in
                    unsafe withUnsafeMutableBytes(of: &control) { control in
                        unsafe header.msg_name = name.baseAddress
                        unsafe header.msg_namelen = socklen_t(SocketAddress.byteCount)
                        unsafe header.msg_control = control.baseAddress
                        unsafe header.msg_controllen = controlByteCount
                        let result = unsafe recvmsg(
                            descriptor,
                            &header,
                            Int32(MSG_ERRQUEUE) | Int32(MSG_DONTWAIT)
                        )
                        return unsafe (result, header.msg_namelen, header.msg_controllen, header.msg_flags)
                    }
                }
            guard received >= 0 else { return nil }
            guard flags & Int32(MSG_CTRUNC) == 0 else { continue }
            let destination = unsafe withUnsafeBytes(of: name) { bytes in
                unsafe bytes.baseAddress.flatMap { unsafe SocketAddress.read($0, length: nameLength) }
            }
            guard let destination else { continue }
            let error = unsafe withUnsafeBytes(of: control) { bytes -> ICMPError? in
                guard let start = bytes.baseAddress else { return nil }
                return unsafe parse(start, byteCount: controlLength, destination: destination)
            }
            if let error { return error }
        }
    }

    private static func parse(_ control: UnsafeRawPointer, byteCount: Int, destination: TransportAddress) -> ICMPError? {
        var offset = 0
        while offset + 16 <= byteCount {
            let length = unsafe Int((control + offset).loadUnaligned(as: UInt64.self))
            guard length >= 16, offset + length <= byteCount else { return nil }
            let level = unsafe (control + offset + 8).loadUnaligned(as: Int32.self)
            let type = unsafe (control + offset + 12).loadUnaligned(as: Int32.self)
            let isError = (level == SOL_IP && type == IP_RECVERR) || (level == SOL_IPV6 && type == IPV6_RECVERR)
            if isError, length >= 16 + MemoryLayout<sock_extended_err>.size {
                let error = unsafe (control + offset + 16).loadUnaligned(as: sock_extended_err.self)
                guard error.ee_origin == UInt8(SO_EE_ORIGIN_ICMP) || error.ee_origin == UInt8(SO_EE_ORIGIN_ICMP6) else {
                    return nil
                }
                return ICMPError(destination: destination, type: error.ee_type, code: error.ee_code, data: error.ee_info)
            }
            offset += (length + 7) & ~7
        }
        return nil
    }
}
