internal import STUN
public import Wire

extension TURNClient {
    /// When ``advance(to:)`` is to be called; nil when nothing waits.
    public var nextDeadline: MonotonicTime? {
        var deadline = MonotonicTime.distantFuture
        for transaction in transactions { deadline = min(deadline, transaction.timer) }
        if case .allocated(let allocation) = phase {
            deadline = min(deadline, allocation.refreshAt, allocation.expiry)
        }
        for permission in permissions {
            deadline = min(deadline, permission.refreshAt ?? .distantFuture, permission.expiry ?? .distantFuture)
        }
        for binding in bindings {
            deadline = min(deadline, binding.refreshAt ?? .distantFuture, binding.expiry ?? .distantFuture)
        }
        return deadline == .distantFuture ? nil : deadline
    }

    /// Does what is due at `now`: retransmits, refreshes, gives up.
    public mutating func advance(to now: MonotonicTime) {
        advanceTransactions(to: now)
        advanceAllocation(to: now)
        advancePermissions(to: now)
        advanceBindings(to: now)
    }

    private mutating func advanceTransactions(to now: MonotonicTime) {
        var index = 0
        while index < transactions.count {
            switch transactions[index].advance(to: now, timeout: configuration.retransmissionTimeout) {
            case .none: index += 1
            // This may end everything, and with it the list.
            case .giveUp: fail(transactions.remove(at: index).request, .timedOut)
            }
        }
    }

    private mutating func advanceAllocation(to now: MonotonicTime) {
        guard case .allocated(var allocation) = phase else { return }
        guard allocation.expiry > now else { return finish(.expired) }
        guard allocation.refreshAt <= now else { return }
        // The response sets the next time.
        allocation.refreshAt = .distantFuture
        phase = .allocated(allocation)
        start(.refresh(lifetimeSeconds: configuration.lifetimeSeconds), at: now)
    }

    private mutating func advancePermissions(to now: MonotonicTime) {
        for index in permissions.indices.reversed() {
            let permission = permissions[index]
            if let expiry = permission.expiry, expiry <= now {
                transactions.removeAll { $0.request == .createPermission(permission.ip) }
                fail(.createPermission(permission.ip), .expired)
            } else if let refreshAt = permission.refreshAt, refreshAt <= now {
                permissions[index].refreshAt = nil
                start(.createPermission(permission.ip), at: now)
            }
        }
    }

    private mutating func advanceBindings(to now: MonotonicTime) {
        for index in bindings.indices.reversed() {
            let binding = bindings[index]
            let request = Transaction.Request.channelBind(binding.channel, binding.peer)
            if let expiry = binding.expiry, expiry <= now {
                transactions.removeAll { $0.request == request }
                fail(request, .expired)
            } else if let refreshAt = binding.refreshAt, refreshAt <= now {
                bindings[index].refreshAt = nil
                start(request, at: now)
            }
        }
    }
}
