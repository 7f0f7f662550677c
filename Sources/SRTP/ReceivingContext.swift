public import RTP

/// Authenticates and decrypts what the other side sends: RTP and RTCP of every SSRC under one master key (RFC 3711
/// section 3.3).
///
/// Packets are unprotected in place, in the slots they were received in. After an error the bytes in the slot are not what
/// was received and not plain text either: drop the packet. Nothing of a packet that is not authentic changes the context
/// but its ``counters``; an unknown SSRC becomes a stream with its first authentic packet.
public struct ReceivingContext: ~Copyable {
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
        self.transform = try Transform.make(self.backEnd, profile, key, .receiving)
    }

    public var streamCount: Int { streams.count }

    /// Adds a stream before its first packet.
    ///
    /// - Parameter index: An extended sequence number near that of the first packet, for a stream that we join after its
    ///   16 bits have wrapped; without it the roll-over counter starts at 0.
    public mutating func addStream(_ ssrc: SSRC, near index: ExtendedSequenceNumber? = nil) throws(SRTPError) {
        try streams.insert(ssrc, index.map(StreamState.init(near:)) ?? StreamState())
        do throws(SRTPError) {
            try transform.addStream(ssrc)
        } catch {
            _ = streams.remove(ssrc)
            throw error
        }
    }

    /// Forgets a stream and with it which of its packets were received. False when it was not there.
    @discardableResult
    public mutating func removeStream(_ ssrc: SSRC) -> Bool {
        guard streams.remove(ssrc) else { return false }
        transform.removeStream(ssrc)
        return true
    }

    /// Authenticates and decrypts the SRTP packet of `count` bytes at `offset`.
    ///
    /// - Returns: The length of the RTP packet.
    public mutating func unprotectRTP(
        in slot: inout MutableRawSpan,
        at offset: Int = 0,
        count: Int
    ) throws(SRTPError) -> Int {
        precondition(offset >= 0 && count >= 0 && count <= slot.byteCount - offset, "a packet lies in its slot")
        do throws(SRTPError) {
            let packet = offset..<offset + count
            let header = try RTPHeader.parse(slot.bytes.extracting(packet))
            let length = try streams.update(header.ssrc) { (state) throws(SRTPError) in
                try transform.unprotectRTP(&slot, packet, header, &state)
            }
            counters.processed &+= 1
            return length
        } catch {
            counters.count(error)
            throw error
        }
    }

    /// Authenticates and decrypts the SRTCP packet of `count` bytes at `offset`.
    ///
    /// - Returns: The length of the RTCP packet.
    public mutating func unprotectRTCP(
        in slot: inout MutableRawSpan,
        at offset: Int = 0,
        count: Int
    ) throws(SRTPError) -> Int {
        precondition(offset >= 0 && count >= 0 && count <= slot.byteCount - offset, "a packet lies in its slot")
        do throws(SRTPError) {
            let packet = offset..<offset + count
            let ssrc = try RTCPLayout.sender(slot.bytes.extracting(packet))
            let length = try streams.update(ssrc) { (state) throws(SRTPError) in
                try transform.unprotectRTCP(&slot, packet, ssrc, &state)
            }
            counters.processed &+= 1
            return length
        } catch {
            counters.count(error)
            throw error
        }
    }
}
