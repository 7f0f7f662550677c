/// The protocol between a TURN client and the server (RFC 8656 section 3.1).
public enum TransportProtocol: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case udp
    case tcp
    case tls
    case dtls

    /// True where bytes arrive in order and without borders between messages.
    @inlinable
    public var isStream: Bool { self == .tcp || self == .tls }
}

/// What identifies an allocation: the client's and the server's transport address and the protocol between them (RFC 8656
/// section 3.2).
public struct FiveTuple: Hashable, Sendable, BitwiseCopyable {
    public var transport: TransportProtocol
    public var client: TransportAddress
    public var server: TransportAddress

    @inlinable
    public init(transport: TransportProtocol, client: TransportAddress, server: TransportAddress) {
        self.transport = transport
        self.client = client
        self.server = server
    }
}
