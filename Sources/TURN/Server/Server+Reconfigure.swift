public import Wire

extension Server {
    /// Takes a new configuration: policy, secrets, limits.
    ///
    /// Permissions and channels of peers that are no longer allowed end at once. Allocations whose secret or user is gone end
    /// at their next Refresh. Quotas do not end what exists. The relay addresses stay as they are.
    ///
    /// - Precondition: `configuration.validate()` does not throw.
    public mutating func reconfigure<R: RelayTransport & ~Copyable>(
        _ configuration: Configuration,
        at now: Timestamp,
        relay: inout R
    ) {
        var configuration = configuration
        configuration.ipv4RelayAddress = self.configuration.ipv4RelayAddress
        configuration.ipv6RelayAddress = self.configuration.ipv6RelayAddress
        self.configuration = configuration
        verifier = CredentialVerifier(configuration.credentials, realm: configuration.realm)
        replies.reconfigure(configuration.replyLimits)
        allocationRate = .bitsPerSecond(configuration.allocationBitsPerSecond)
        for index in allocations.slots.indices where allocations.slots[index].generation != 0 {
            judgeAgain(index, relay)
        }
    }

    /// Narrows what every permission and channel of an allocation may use to what it may use now.
    private mutating func judgeAgain<R: RelayTransport & ~Copyable>(_ index: Int, _ relay: borrowing R) {
        let permissions = allocations.slots[index].permissions
        var forbidden: [IPAddress] = []
        allocations.permissions.forEach(in: permissions) { permission in
            let kept = permission.routes.intersection(routes(to: permission.ip, relay))
            if kept != permission.routes { forbidden.append(permission.ip) }
        }
        for ip in forbidden {
            let kept = routes(to: ip, relay)
            allocations.permissions.updateEach(in: permissions) { if $0.ip == ip { $0.routes.formIntersection(kept) } }
        }
        let before = Int(permissions.count)
        allocations.permissions.removeAll(from: &allocations.slots[index].permissions) { $0.routes.isEmpty }
        counters.permissionsRevoked &+= UInt64(before - Int(allocations.slots[index].permissions.count))

        let channels = allocations.slots[index].channels
        var ended: [TransportAddress] = []
        allocations.channels.forEach(in: channels) { binding in
            if binding.routes.isDisjoint(with: routes(to: binding.peer, relay)) { ended.append(binding.peer) }
        }
        allocations.channels.removeAll(from: &allocations.slots[index].channels) { ended.contains($0.peer) }
        counters.channelsRevoked &+= UInt64(ended.count)
    }

    /// From now on no new allocation is made; those that exist go on until they end.
    public mutating func beginDrain(answering answer: DrainAnswer) {
        drainAnswer = answer
    }

    /// True after ``beginDrain(answering:)``.
    public var isDraining: Bool { drainAnswer != nil }
}
