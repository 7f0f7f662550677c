public import STUN
internal import TURN
public import Wire

/// Data of a peer inside a message of the server.
public struct TURNClientData: Hashable, Sendable {
    public let peer: TransportAddress
    /// nil when a Data indication carried them.
    public let channel: ChannelNumber?
    /// In bytes from the start of the message.
    public let payload: Range<Int>

    public init(peer: TransportAddress, channel: ChannelNumber?, payload: Range<Int>) {
        self.peer = peer
        self.channel = channel
        self.payload = payload
    }
}

extension TURNClient {
    /// The bytes that must be free in front of a payload: a Send indication to an IPv6 peer.
    public static var headroom: Int { 48 }
    /// The bytes that must be free behind a payload, for padding.
    public static var tailroom: Int { 4 }

    /// Makes a ChannelData message around a payload (RFC 8656 section 12.5): four bytes in front, and over a stream zero
    /// padding behind.
    ///
    /// - Parameters:
    ///   - payload: where it lies in `memory`, with ``headroom`` and ``tailroom`` around it.
    ///   - channel: of ``bindChannel(to:at:)``.
    /// - Returns: where the message lies in `memory`; nil while the channel is not bound, or when there is no room.
    public func wrap(
        _ payload: Range<Int>,
        in memory: inout MutableRawSpan,
        on channel: ChannelNumber
    ) -> Range<Int>? {
        guard bindings.contains(where: { $0.channel == channel && $0.expiry != nil }) else { return nil }
        let padding = configuration.transport.isStream ? -payload.count & 3 : 0
        guard payload.lowerBound >= 4, payload.count <= 0xFFFF, padding <= memory.byteCount - payload.upperBound else {
            return nil
        }
        memory.store(channel.rawValue, at: payload.lowerBound - 4)
        memory.store(UInt16(truncatingIfNeeded: payload.count), at: payload.lowerBound - 2)
        memory.zero(payload.upperBound..<payload.upperBound + padding)
        return payload.lowerBound - 4..<payload.upperBound + padding
    }

    /// Makes a message to a peer around a payload: ChannelData where a channel is bound, or a Send indication (RFC 8656
    /// section 11.1) with 36 or 48 bytes in front and padding behind.
    ///
    /// - Returns: where the message lies in `memory`; nil without a permission for the peer, or when there is no room.
    public mutating func wrap(
        _ payload: Range<Int>,
        in memory: inout MutableRawSpan,
        to peer: TransportAddress
    ) -> Range<Int>? {
        for binding in bindings where binding.peer == peer && binding.expiry != nil {
            return wrap(payload, in: &memory, on: binding.channel)
        }
        guard hasPermission(peer.ip) else { return nil }
        let addressCount = 4 + peer.ip.byteCount
        let start = payload.lowerBound - 28 - addressCount
        let end = payload.upperBound + -payload.count & 3
        guard start >= 0, payload.count <= 0xFFFF - Self.headroom, end <= memory.byteCount else { return nil }

        let id = nextIndicationID()
        let cookie = STUNHeader.magicCookie
        memory.store(MessageType(.indication, .send).rawValue, at: start)
        memory.store(UInt16(truncatingIfNeeded: end - start - STUNHeader.byteCount), at: start + 2)
        memory.store(cookie, at: start + 4)
        memory.store(id.high, at: start + 8)
        memory.store(id.low, at: start + 12)
        memory.store(AttributeType.xorPeerAddress.rawValue, at: start + 20)
        memory.store(UInt16(truncatingIfNeeded: addressCount), at: start + 22)
        memory.store(UInt16(AddressFamily(peer.ip.family).rawValue), at: start + 24)
        memory.store(peer.port ^ UInt16(truncatingIfNeeded: cookie >> 16), at: start + 26)
        if peer.ip.family == .ipv4 {
            memory.store(UInt32(truncatingIfNeeded: peer.ip.low) ^ cookie, at: start + 28)
        } else {
            memory.store(peer.ip.high ^ (UInt64(cookie) << 32 | UInt64(id.high)), at: start + 28)
            memory.store(peer.ip.low ^ id.low, at: start + 36)
        }
        memory.store(AttributeType.data.rawValue, at: payload.lowerBound - 4)
        memory.store(UInt16(truncatingIfNeeded: payload.count), at: payload.lowerBound - 2)
        memory.zero(payload.upperBound..<end)
        return start..<end
    }

    /// The data of a peer in a message of the server; nil for any other message, and for peers without channel or permission
    /// (RFC 8656 sections 11.4 and 12.6).
    public func unwrap(_ bytes: RawSpan) -> TURNClientData? {
        guard bytes.byteCount >= 4 else { return nil }
        if bytes.loadUInt8(at: 0) >> 6 == 1 {
            guard let view = try? ChannelDataView(bytes),
                let binding = bindings.first(where: { $0.channel == view.channel })
            else { return nil }
            return TURNClientData(peer: binding.peer, channel: view.channel, payload: view.payload)
        }
        guard bytes.loadUInt16(at: 0) == MessageType(.indication, .data).rawValue,
            let message = try? MessageView(parsing: bytes), message.fingerprintStatus != .invalid
        else { return nil }
        var peer: TransportAddress?
        var payload: Range<Int>?
        var cursor = AttributeCursor()
        while let location = message.next(&cursor) {
            switch location.type {
            case .xorPeerAddress where peer == nil:
                guard let value = try? message.decode(location, as: XorPeerAddress.self) else { return nil }
                peer = value.address
            case .data where payload == nil:
                payload = location.range
            default:
                if location.type.isComprehensionRequired, !Self.knownAttributes.contains(location.type) { return nil }
            }
        }
        guard let peer, let payload, hasPermission(peer.ip) else { return nil }
        return TURNClientData(peer: peer, channel: nil, payload: payload)
    }

    static var knownAttributes: AttributeTypeSet { AttributeTypeSet.stun.union(.turn) }

    private func hasPermission(_ ip: IPAddress) -> Bool {
        permissions.contains { $0.ip == ip && $0.expiry != nil }
            || bindings.contains { $0.peer.ip == ip && $0.expiry != nil }
    }

    /// Nobody answers an indication, so its identifier need not be secret (SplitMix64).
    private mutating func nextIndicationID() -> TransactionID {
        indicationState &+= 0x9E37_79B9_7F4A_7C15
        var z = indicationState
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return TransactionID(high: UInt32(truncatingIfNeeded: indicationState >> 32), low: z ^ (z >> 31))
    }
}
