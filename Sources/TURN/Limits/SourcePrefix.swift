internal import Wire

/// What counts as one source: an IPv4 address, or an IPv6 /64, which is what one customer gets at least.
struct SourcePrefix: Hashable, Sendable, BitwiseCopyable {
    let ip: IPAddress

    init(_ ip: IPAddress) {
        let canonical = ip.canonical
        self.ip = canonical.family == .ipv4 ? canonical : IPAddress(ipv6High: canonical.high, low: 0)
    }
}
