internal import Wire

/// What all shards share and touch when an allocation begins or ends: relay ports, quotas, reservations.
struct SharedTables: Sendable {
    /// A port that is kept for a later Allocate (RFC 8656 section 7.2, EVEN-PORT with the R bit).
    private struct Reservation: Sendable {
        var port: UInt16
        var family: IPAddress.Family
        var expiry: MonotonicTime
        var owner: QuotaTable.Owner
        /// The username that may redeem it.
        var username: [UInt8]
    }

    private(set) var ipv4: RelayPortTable
    private(set) var ipv6: RelayPortTable
    private(set) var quotas = QuotaTable()
    private var reservations: [UInt64: Reservation] = [:]
    private var generator: HMACGenerator

    init(_ ports: ClosedRange<UInt16>, generator: HMACGenerator) {
        ipv4 = RelayPortTable(ports)
        ipv6 = RelayPortTable(ports)
        self.generator = generator
    }

    /// What an Allocate asks for.
    struct Request {
        var owner: QuotaTable.Owner
        var username: [UInt8]
        var quotas: AllocationQuotas
        var wantsIPv4 = false
        var wantsIPv6 = false
        /// Success with IPv4 alone is acceptable: ADDITIONAL-ADDRESS-FAMILY.
        var isIPv6Optional = false
        var parity = RelayPortTable.Parity.any
        var token: UInt64?
        var reservationExpiry = MonotonicTime.distantFuture
    }

    struct Grant: Equatable {
        /// 0 where there is none.
        var ipv4: UInt16 = 0
        var ipv6: UInt16 = 0
        /// Of the reservation that was made.
        var token: UInt64?
    }

    enum Refusal: Error {
        /// 486
        case quota
        /// 508
        case capacity
    }

    /// Takes ports and counts the allocation, all or nothing.
    mutating func reserve(_ request: Request, at now: MonotonicTime) throws(Refusal) -> Grant {
        if let token = request.token {
            guard let kept = reservations[token], kept.expiry > now, kept.username == request.username else {
                throw .capacity
            }
            reservations[token] = nil
            // It was counted when it was made. The new allocation may come from another source.
            quotas.release(kept.owner)
            guard quotas.commit(request.owner, count: 1, within: request.quotas) else {
                release(kept.port, kept.family)
                throw .quota
            }
            return kept.family == .ipv4 ? Grant(ipv4: kept.port) : Grant(ipv6: kept.port)
        }

        let isPair = request.parity == .evenPair
        guard quotas.commit(request.owner, count: isPair ? 2 : 1, within: request.quotas) else { throw .quota }
        var grant = Grant()
        if request.wantsIPv4 { grant.ipv4 = ipv4.take(request.parity, using: &generator) ?? 0 }
        if request.wantsIPv6 { grant.ipv6 = ipv6.take(request.parity, using: &generator) ?? 0 }
        guard (grant.ipv4 != 0) == request.wantsIPv4,
            (grant.ipv6 != 0) == request.wantsIPv6 || request.isIPv6Optional
        else {
            if grant.ipv4 != 0 { release(grant.ipv4, .ipv4) }
            if grant.ipv6 != 0 { release(grant.ipv6, .ipv6) }
            quotas.release(request.owner)
            if isPair { quotas.release(request.owner) }
            throw .capacity
        }
        if isPair {
            var token = generator.next()
            while token == 0 || reservations[token] != nil { token = generator.next() }
            reservations[token] = Reservation(
                port: (request.wantsIPv4 ? grant.ipv4 : grant.ipv6) + 1,
                family: request.wantsIPv4 ? .ipv4 : .ipv6,
                expiry: request.reservationExpiry,
                owner: request.owner,
                username: request.username
            )
            grant.token = token
        }
        return grant
    }

    mutating func release(_ port: UInt16, _ family: IPAddress.Family) {
        switch family {
        case .ipv4: ipv4.release(port)
        case .ipv6: ipv6.release(port)
        }
    }

    mutating func end(_ owner: QuotaTable.Owner) {
        quotas.release(owner)
    }

    /// Gives back a reservation that nobody redeemed in time.
    mutating func expireReservation(_ token: UInt64, at now: MonotonicTime) {
        guard let kept = reservations[token], kept.expiry <= now else { return }
        reservations[token] = nil
        release(kept.port, kept.family)
        quotas.release(kept.owner)
    }

    var reservationCount: Int { reservations.count }
}
