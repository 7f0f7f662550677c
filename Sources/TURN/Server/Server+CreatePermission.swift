internal import STUN
internal import Wire

extension Server {
    /// CreatePermission (RFC 8656 section 10.2): all peers or none.
    mutating func createPermission<R: RelayTransport & ~Copyable>(
        _ view: borrowing MessageView,
        at now: MonotonicTime,
        _ index: Int?,
        _ relay: inout R
    ) throws(Rejection) -> Response {
        guard let index else { throw Rejection(.allocationMismatch) }

        // At least one address, and each readable. The port does not matter.
        var peers: [IPAddress] = []
        var cursor = AttributeCursor()
        while let location = view.next(&cursor) {
            guard location.type == .xorPeerAddress else { continue }
            let ip: IPAddress
            do throws(STUNError) {
                ip = try view.decode(location, as: XorPeerAddress.self).address.ip
            } catch { throw Rejection(.badRequest) }
            if !peers.contains(ip) { peers.append(ip) }
            guard peers.count <= configuration.maximumPermissions else { throw Rejection(.insufficientCapacity) }
        }
        guard !peers.isEmpty else { throw Rejection(.badRequest) }

        try requireFamilies(peers, index, now)
        var routes: [PeerRoutes] = []
        for peer in peers {
            let route = self.routes(to: peer, relay)
            guard !route.isEmpty else { throw Rejection(.forbidden) }
            routes.append(route)
        }
        try requireRoomForPermissions(peers, index, now)
        for (peer, route) in zip(peers, routes) where route.contains(.socket) {
            try bindSocket(index, peer.family, &relay)
        }
        for (peer, route) in zip(peers, routes) { installPermission(peer, route, index, now) }
        return Response()
    }

    /// 443 for a peer of a family that the allocation has no address of.
    func requireFamilies(_ peers: [IPAddress], _ index: Int, _ now: MonotonicTime) throws(Rejection) {
        for peer in peers where !allocations.slots[index][peer.family].isAlive(at: now) {
            throw Rejection(.peerAddressFamilyMismatch)
        }
    }

    /// 508 when the permissions of an allocation would become too many.
    mutating func requireRoomForPermissions(
        _ peers: [IPAddress],
        _ index: Int,
        _ now: MonotonicTime
    ) throws(Rejection) {
        allocations.permissions.removeAll(from: &allocations.slots[index].permissions) { $0.expiry <= now }
        let list = allocations.slots[index].permissions
        var count = Int(list.count)
        for peer in peers where allocations.permissions.firstIndex(in: list, where: { $0.ip == peer }) == nil {
            count += 1
        }
        guard count <= configuration.maximumPermissions else { throw Rejection(.insufficientCapacity) }
    }

    /// Opens the relay socket of a family if it is not open: only now, for many allocations never need one.
    mutating func bindSocket<R: RelayTransport & ~Copyable>(
        _ index: Int,
        _ family: IPAddress.Family,
        _ relay: inout R
    ) throws(Rejection) {
        guard !allocations.slots[index][family].isBound, let relayed = relayedAddress(at: index, family) else { return }
        guard relay.bind(allocations.handle(at: index), relayed: relayed) else {
            counters.relayBindFailures &+= 1
            throw Rejection(.insufficientCapacity)
        }
        allocations.slots[index][family].isBound = true
    }

    /// RFC 8656 section 9: for five minutes from now. What the permission had been given before stays.
    mutating func installPermission(_ ip: IPAddress, _ routes: PeerRoutes, _ index: Int, _ now: MonotonicTime) {
        let expiry = now + Permission.lifetime
        let list = allocations.slots[index].permissions
        if let position = allocations.permissions.firstIndex(in: list, where: { $0.ip == ip }) {
            allocations.permissions[position].expiry = expiry
            allocations.permissions[position].routes.formUnion(routes)
        } else {
            allocations.permissions.insert(
                Permission(ip: ip, expiry: expiry, routes: routes),
                into: &allocations.slots[index].permissions
            )
        }
        schedule(index, at: expiry)
    }
}
