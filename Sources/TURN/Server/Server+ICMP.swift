internal import STUN
public import Wire

extension Server {
    /// Takes an ICMP error about a datagram that this allocation sent (RFC 8656 sections 11.4 and 11.5).
    ///
    /// It travels as a Data indication with an ICMP attribute, even where a channel is bound.
    ///
    /// - Parameters:
    ///   - peer: The destination of the datagram inside the ICMP packet: its permission is what counts.
    ///   - type: ICMP types 3 and 11, ICMPv6 types 1, 2 and 3 are told; others dropped.
    ///   - errorData: The MTU for "fragmentation needed" and "packet too big"; 0 otherwise.
    /// - Returns: ``ReceiveAction/respond(count:)``: send ``response`` to the client.
    public mutating func receiveICMP(
        about peer: TransportAddress,
        on allocation: AllocationHandle,
        type: UInt8,
        code: UInt8,
        errorData: UInt32,
        at now: MonotonicTime
    ) -> ReceiveAction {
        guard let index = allocations.index(of: allocation), allocations.slots[index][peer.ip.family].isAlive(at: now)
        else { return drop(.noAllocation) }
        switch (peer.ip.family, type) {
        case (.ipv4, 3), (.ipv4, 11), (.ipv6, 1), (.ipv6, 2), (.ipv6, 3): break
        default: return drop(.ignoredICMP)
        }
        let permissions = allocations.slots[index].permissions
        guard let position = allocations.permissions.firstIndex(in: permissions, where: { $0.ip == peer.ip }),
            allocations.permissions[position].expiry > now
        else { return drop(.noPermission) }
        let transactionID = nextIndicationID()
        var span = output.mutableSpan
        do throws(STUNError) {
            var writer = try unsafe MessageWriter(span.mutableBytes, .indication, .data, transactionID: transactionID)
            try writer.write(XorPeerAddress(peer))
            try writer.write(ICMP(type: type, code: UInt16(code), errorData: errorData))
            outputCount = try writer.finish()
        } catch { return drop(.oversized) }
        return .respond(count: outputCount)
    }
}
