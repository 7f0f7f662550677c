internal import STUN
public import Wire

extension Server {
    /// Takes ChannelData or a Send indication of a client whose allocation is known already, as in a batch of datagrams with
    /// one source.
    ///
    /// - Parameter message: A UDP datagram, or one message of a stream as ``StreamFramer`` cuts it out.
    /// - Returns: nil for any other message: give it to ``receive(_:over:at:relay:)``.
    public mutating func receive(
        _ message: RawSpan,
        on allocation: AllocationHandle,
        at now: MonotonicTime
    ) -> ReceiveAction? {
        guard message.byteCount >= 4 else { return drop(.malformed) }
        let isChannelData = message.loadUInt8(at: 0) >> 6 == 1
        guard isChannelData || message.loadUInt16(at: 0) == Self.sendIndication else { return nil }
        guard let index = allocations.index(of: allocation) else { return drop(.noAllocation) }
        return isChannelData ? receiveChannelData(message, index, now) : receiveSend(message, index, now)
    }

    static var sendIndication: UInt16 { 0x0016 }

    /// RFC 8656 section 12.6.
    mutating func receiveChannelData(_ message: RawSpan, _ index: Int, _ now: MonotonicTime) -> ReceiveAction {
        // A UDP datagram shorter than its Length says is dropped; what is longer carries padding (section 12.5).
        let view: ChannelDataView
        do throws(WireError) { view = try ChannelDataView(message) } catch { return drop(.malformed) }
        let channels = allocations.slots[index].channels
        guard let position = allocations.channels.firstIndex(in: channels, where: { $0.channel == view.channel }),
            allocations.channels[position].expiry > now
        else { return drop(.unboundChannel) }
        let peer = allocations.channels[position].peer
        let routes = allocations.channels[position].routes
        // Neither the channel nor the permission is refreshed by data.
        return relay(view.payload, to: peer, index, now, dontFragment: false, mustBeLocal: !routes.contains(.socket))
    }

    /// RFC 8656 section 11.2.
    mutating func receiveSend(_ message: RawSpan, _ index: Int, _ now: MonotonicTime) -> ReceiveAction {
        let view: MessageView
        do throws(STUNError) { view = try MessageView(parsing: message) } catch { return drop(.malformed) }
        guard view.fingerprintStatus != .invalid else { return drop(.badFingerprint) }
        var peer: TransportAddress?
        var payload: Range<Int>?
        var dontFragment = false
        var cursor = AttributeCursor()
        while let location = view.next(&cursor) {
            switch location.type {
            case .xorPeerAddress where peer == nil:
                do throws(STUNError) {
                    peer = try view.decode(location, as: XorPeerAddress.self).address
                } catch { return drop(.malformed) }
            case .data where payload == nil:
                payload = location.range
            case .dontFragment where configuration.supportsDontFragment:
                dontFragment = true
            default:
                if location.type.isComprehensionRequired, !knownAttributes.contains(location.type) {
                    return drop(.unknownAttribute)
                }
            }
        }
        guard let peer, let payload else { return drop(.malformed) }
        let permissions = allocations.slots[index].permissions
        guard let position = allocations.permissions.firstIndex(in: permissions, where: { $0.ip == peer.ip }),
            allocations.permissions[position].expiry > now
        else { return drop(.noPermission) }
        // The permission has no port; the policy has.
        let routes = allocations.permissions[position].routes
        let mustBeLocal: Bool
        if routes.contains(.socket), configuration.policy.judge(peer) == .allowed {
            mustBeLocal = false
        } else if routes.contains(.local) {
            mustBeLocal = true
        } else {
            return drop(.forbiddenPeer)
        }
        return relay(payload, to: peer, index, now, dontFragment: dontFragment, mustBeLocal: mustBeLocal)
    }

    private mutating func relay(
        _ payload: Range<Int>,
        to peer: TransportAddress,
        _ index: Int,
        _ now: MonotonicTime,
        dontFragment: Bool,
        mustBeLocal: Bool
    ) -> ReceiveAction {
        guard allocations.slots[index][peer.ip.family].isAlive(at: now) else { return drop(.noAllocation) }
        // RFC 8656 section 5: data above the rate are dropped without a word.
        guard allocationRate.take(payload.count, from: &allocations.slots[index].toPeers, at: now) else {
            return drop(.allocationBandwidth)
        }
        let total = configuration.totalBitsPerSecond
        if total != 0 {
            guard sliceToPeers.take(payload.count, from: shared.clientToPeer, bitsPerSecond: total, at: now) else {
                return drop(.totalBandwidth)
            }
        }
        counters.packetsToPeers &+= 1
        counters.bytesToPeers &+= UInt64(payload.count)
        return .relay(
            allocations.handle(at: index),
            peer: peer,
            payload: payload,
            dontFragment: dontFragment,
            mustBeLocal: mustBeLocal
        )
    }

    /// Takes a datagram of a peer for a client (RFC 8656 sections 11.3 and 12.7) and writes what goes in front of it.
    ///
    /// - Parameters:
    ///   - peer: Its source address.
    ///   - origin: How it came; decides what authorises it.
    ///   - payloadCount: Its length in bytes.
    ///   - header: At least 48 bytes; the first 4 (ChannelData), 36 or 48 (Data indication) of them are written.
    public mutating func receive(
        fromPeer peer: TransportAddress,
        on allocation: AllocationHandle,
        through origin: PeerOrigin,
        payloadCount: Int,
        at now: MonotonicTime,
        header: inout MutableRawSpan
    ) -> PeerAction {
        precondition(header.byteCount >= Self.headerCapacity, "a header has 48 bytes")
        guard let index = allocations.index(of: allocation), allocations.slots[index][peer.ip.family].isAlive(at: now)
        else { return dropFromPeer(.noAllocation) }
        guard payloadCount >= 0, payloadCount <= Self.maximumPayload else { return dropFromPeer(.oversized) }

        // RFC 8656 section 12.7: a bound channel must be used.
        let channels = allocations.slots[index].channels
        if let position = allocations.channels.firstIndex(in: channels, where: { $0.peer == peer }),
            allocations.channels[position].expiry > now,
            origin == .local || allocations.channels[position].routes.contains(.socket),
            hasPermission(peer, index, origin, now)
        {
            if let reason = takeToClient(payloadCount, index, now) { return dropFromPeer(reason) }
            let channel = allocations.channels[position].channel
            ChannelDataView.writeHeader(channel: channel, payloadCount: payloadCount, into: &header)
            // Section 12.5: streams carry whole words, and the padding is not counted.
            let isStream = allocations.slots[index].fiveTuple.transport.isStream
            return .encapsulate(headerCount: 4, trailerCount: isStream ? -payloadCount & 3 : 0)
        }

        guard hasPermission(peer, index, origin, now) else { return dropFromPeer(.noPermission) }
        guard origin == .local || configuration.policy.judge(peer) == .allowed else {
            return dropFromPeer(.forbiddenPeer)
        }
        if let reason = takeToClient(payloadCount, index, now) { return dropFromPeer(reason) }
        let headerCount = writeDataIndication(peer, payloadCount, into: &header)
        return .encapsulate(headerCount: headerCount, trailerCount: -payloadCount & 3)
    }

    /// The longest header: a Data indication about an IPv6 peer.
    public static var headerCapacity: Int { 48 }
    /// A Data indication is at most 65535 bytes long, as is what UDP carries.
    static var maximumPayload: Int { 65_535 - 48 }

    private func hasPermission(
        _ peer: TransportAddress,
        _ index: Int,
        _ origin: PeerOrigin,
        _ now: MonotonicTime
    ) -> Bool {
        let permissions = allocations.slots[index].permissions
        guard let position = allocations.permissions.firstIndex(in: permissions, where: { $0.ip == peer.ip }) else {
            return false
        }
        let permission = allocations.permissions[position]
        return permission.expiry > now && (origin == .local || permission.routes.contains(.socket))
    }

    /// Takes bandwidth towards the client, or says which one was exhausted.
    private mutating func takeToClient(_ count: Int, _ index: Int, _ now: MonotonicTime) -> DropReason? {
        guard allocationRate.take(count, from: &allocations.slots[index].toClient, at: now) else {
            return .allocationBandwidth
        }
        let total = configuration.totalBitsPerSecond
        if total != 0, !sliceToClients.take(count, from: shared.peerToClient, bitsPerSecond: total, at: now) {
            return .totalBandwidth
        }
        counters.packetsToClients &+= 1
        counters.bytesToClients &+= UInt64(count)
        return nil
    }

    /// RFC 8656 section 11.3: header, XOR-PEER-ADDRESS, and the header of DATA.
    private mutating func writeDataIndication(
        _ peer: TransportAddress,
        _ payloadCount: Int,
        into header: inout MutableRawSpan
    ) -> Int {
        let transactionID = nextIndicationID()
        let cookie = STUNHeader.magicCookie
        let addressCount = 4 + peer.ip.byteCount
        let paddedCount = (payloadCount + 3) & ~3
        header.store(MessageType(.indication, .data).rawValue, at: 0)
        header.store(UInt16(truncatingIfNeeded: 4 + addressCount + 4 + paddedCount), at: 2)
        header.store(cookie, at: 4)
        header.store(transactionID.high, at: 8)
        header.store(transactionID.low, at: 12)
        header.store(AttributeType.xorPeerAddress.rawValue, at: 20)
        header.store(UInt16(truncatingIfNeeded: addressCount), at: 22)
        header.store(UInt16(AddressFamily(peer.ip.family).rawValue), at: 24)
        header.store(peer.port ^ UInt16(truncatingIfNeeded: cookie >> 16), at: 26)
        if peer.ip.family == .ipv4 {
            header.store(UInt32(truncatingIfNeeded: peer.ip.low) ^ cookie, at: 28)
        } else {
            header.store(peer.ip.high ^ (UInt64(cookie) << 32 | UInt64(transactionID.high)), at: 28)
            header.store(peer.ip.low ^ transactionID.low, at: 36)
        }
        header.store(AttributeType.data.rawValue, at: 24 + addressCount)
        header.store(UInt16(truncatingIfNeeded: payloadCount), at: 26 + addressCount)
        return 28 + addressCount
    }

    /// Nobody answers an indication, so its identifier need not be secret: a fast generator serves.
    mutating func nextIndicationID() -> TransactionID {
        func mix(_ value: UInt64) -> UInt64 {
            var value = value
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
        indicationState &+= 0x9E37_79B9_7F4A_7C15
        let low = mix(indicationState)
        return TransactionID(high: UInt32(truncatingIfNeeded: mix(low &+ indicationState)), low: low)
    }

    mutating func drop(_ reason: DropReason) -> ReceiveAction {
        counters[reason] &+= 1
        return .drop(reason)
    }

    mutating func dropFromPeer(_ reason: DropReason) -> PeerAction {
        counters[reason] &+= 1
        return .drop(reason)
    }
}
