public import Wire

/// The relay sockets and the SFU of the process, as a ``Server`` needs them. The engine has the real one.
public protocol RelayTransport: ~Copyable {
    /// True for an exact candidate of an SFU in this process: such a peer is allowed whatever the policy says, and never
    /// reached through a socket.
    func servesLocally(_ peer: TransportAddress) -> Bool

    /// True when some candidate of an SFU in this process has this address: for CreatePermission, which has no port.
    func hasLocalPeer(at ip: IPAddress) -> Bool

    /// Opens the relay socket of an allocation.
    ///
    /// - Returns: False when the operating system refuses; the client is told 508.
    mutating func bind(_ allocation: AllocationHandle, relayed: TransportAddress) -> Bool

    /// The allocation has ended: closes its socket, if there is one, before the port is given to another.
    mutating func release(_ allocation: AllocationHandle, relayed: TransportAddress)
}
