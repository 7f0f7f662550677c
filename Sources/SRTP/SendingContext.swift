public import RTP

/// Protects what one side sends: RTP and RTCP of every SSRC under one master key (RFC 3711 section 3.2).
///
/// Packets are protected in place, in the slots they lie in. Each (SSRC, index) encrypts one packet only: a sequence number
/// that was used is refused, also for a packet that was sent before, since two packets under one index give the key away
/// (RFC 7714 section 10). A retransmission travels in an RTX stream with an SSRC of its own, or as the bytes that were
/// protected the first time. For the same reason an SSRC that was removed must not be used again under the same key.
///
/// The roll-over counter of a stream starts at 0 and is counted from its sequence numbers, which may start anywhere.
public struct SendingContext: ~Copyable {
    public let profile: ProtectionProfile
    public let backEnd: SRTPBackEnd
    public private(set) var counters = PacketCounters()
    private let transform: Transform
    private var streams: StreamSet

    /// - Parameter backEnd: ``SRTPBackEnd/preferred(for:)`` if nil.
    /// - Throws: ``SRTPError/keyLength(expected:actual:)``, ``SRTPError/unsupportedProfile(_:)``,
    ///   ``SRTPError/outOfMemory``, ``SRTPError/backEnd(status:)``.
    public init(
        profile: ProtectionProfile,
        key: MasterKey,
        backEnd: SRTPBackEnd? = nil,
        policy: StreamPolicy = StreamPolicy()
    ) throws(SRTPError) {
        self.profile = profile
        self.backEnd = backEnd ?? .preferred(for: profile)
        self.streams = StreamSet(policy)
        self.transform = try Transform.make(self.backEnd, profile, key, .sending)
    }

    public var streamCount: Int { streams.count }

    /// Adds a stream before its first packet.
    ///
    /// - Parameter index: An extended sequence number near that of the first packet, if the stream does not start with
    ///   roll-over counter 0.
    public mutating func addStream(_ ssrc: SSRC, near index: ExtendedSequenceNumber? = nil) throws(SRTPError) {
        try streams.insert(ssrc, index.map(StreamState.init(near:)) ?? StreamState())
        do throws(SRTPError) {
            try transform.addStream(ssrc)
        } catch {
            _ = streams.remove(ssrc)
            throw error
        }
    }

    /// Forgets a stream. False when it was not there.
    @discardableResult
    public mutating func removeStream(_ ssrc: SSRC) -> Bool {
        guard streams.remove(ssrc) else { return false }
        transform.removeStream(ssrc)
        return true
    }

    /// Protects the RTP packet of `count` bytes at `offset`, which must have ``ProtectionProfile/rtpOverhead`` bytes of
    /// slot behind it.
    ///
    /// - Returns: The length of the protected packet.
    /// - Throws: ``SRTPError``; the payload is not what it was after some of them, so the packet is lost.
    public mutating func protectRTP(
        in slot: inout MutableRawSpan,
        at offset: Int = 0,
        count: Int
    ) throws(SRTPError) -> Int {
        precondition(offset >= 0 && count >= 0 && count <= slot.byteCount - offset, "a packet lies in its slot")
        do throws(SRTPError) {
            let packet = offset..<offset + count
            let header = try RTPHeader.parse(slot.bytes.extracting(packet))
            try checkRoom(profile.rtpOverhead, slot.byteCount - packet.upperBound)
            let length = try streams.update(header.ssrc) { (state) throws(SRTPError) in
                try transform.protectRTP(&slot, packet, header, &state)
            }
            counters.processed &+= 1
            return length
        } catch {
            counters.count(error)
            throw error
        }
    }

    /// Protects the compound or reduced-size RTCP packet of `count` bytes at `offset`, which must have
    /// ``ProtectionProfile/rtcpOverhead`` bytes of slot behind it.
    ///
    /// - Returns: The length of the protected packet.
    public mutating func protectRTCP(
        in slot: inout MutableRawSpan,
        at offset: Int = 0,
        count: Int
    ) throws(SRTPError) -> Int {
        precondition(offset >= 0 && count >= 0 && count <= slot.byteCount - offset, "a packet lies in its slot")
        do throws(SRTPError) {
            let packet = offset..<offset + count
            let ssrc = try RTCPLayout.sender(slot.bytes.extracting(packet))
            try checkRoom(profile.rtcpOverhead, slot.byteCount - packet.upperBound)
            let length = try streams.update(ssrc) { (state) throws(SRTPError) in
                try transform.protectRTCP(&slot, packet, ssrc, &state)
            }
            counters.processed &+= 1
            return length
        } catch {
            counters.count(error)
            throw error
        }
    }

    private func checkRoom(_ needed: Int, _ available: Int) throws(SRTPError) {
        guard available >= needed else { throw .noCapacity(needed: needed, available: available) }
    }
}
