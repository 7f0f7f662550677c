internal import STUN
internal import Wire

extension Server {
    /// ChannelBind (RFC 8656 section 12.2).
    mutating func bindChannel<R: RelayTransport & ~Copyable>(
        _ view: borrowing MessageView,
        at now: MonotonicTime,
        _ index: Int?,
        _ relay: inout R
    ) throws(Rejection) -> Response {
        guard let index else { throw Rejection(.allocationMismatch) }

        // Both attributes, and a number that may be a channel.
        guard let channel = try decoded(ChannelNumber.self, view),
            let peer = try decoded(XorPeerAddress.self, view)?.address
        else { throw Rejection(.badRequest) }
        guard channel.isValid || (configuration.allowsRFC5766Channels && (0x4000...0x7FFF).contains(channel.rawValue))
        else { throw Rejection(.badRequest) }

        // A number stands for one peer, and a peer has one number.
        allocations.channels.removeAll(from: &allocations.slots[index].channels) { $0.expiry <= now }
        let list = allocations.slots[index].channels
        let position = allocations.channels.firstIndex(in: list) { $0.channel == channel || $0.peer == peer }
        if let position {
            let binding = allocations.channels[position]
            guard binding.channel == channel, binding.peer == peer else { throw Rejection(.badRequest) }
        }

        try requireFamilies([peer.ip], index, now)
        let routes = self.routes(to: peer, relay)
        guard !routes.isEmpty else { throw Rejection(.forbidden) }
        guard position != nil || list.count < configuration.maximumChannels else {
            throw Rejection(.insufficientCapacity)
        }
        try requireRoomForPermissions([peer.ip], index, now)
        // A peer in this process needs no socket, whatever the policy says about it.
        let isLocal = routes.contains(.local)
        if !isLocal { try bindSocket(index, peer.ip.family, &relay) }

        // The binding lasts ten minutes from now, the permission that comes with it five.
        let used: PeerRoutes = isLocal ? .local : .socket
        let expiry = now + ChannelBinding.lifetime
        if let position {
            allocations.channels[position].expiry = expiry
            allocations.channels[position].routes = used
        } else {
            allocations.channels.insert(
                ChannelBinding(peer: peer, expiry: expiry, channel: channel, routes: used),
                into: &allocations.slots[index].channels
            )
        }
        schedule(index, at: expiry)
        installPermission(peer.ip, used, index, now)
        return Response()
    }
}
