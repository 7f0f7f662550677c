internal import Glibc
public import Wire

/// The addresses that this machine has.
public enum NetworkInterfaces {
    /// Every address of every interface that is up, each once.
    public static func addresses() -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var addresses: [IPAddress] = []
        var entry = unsafe list
        while let current = unsafe entry {
            if let address = unsafe current.pointee.ifa_addr, unsafe current.pointee.ifa_flags & UInt32(IFF_UP) != 0 {
                let length: socklen_t = unsafe Int32(address.pointee.sa_family) == AF_INET6 ? 28 : 16
                let found = unsafe SocketAddress.read(UnsafeRawPointer(address), length: length)
                if let ip = found?.ip, !addresses.contains(ip) { addresses.append(ip) }
            }
            unsafe entry = current.pointee.ifa_next
        }
        return addresses
    }
}
