public import Wire

/// The header of an RTP packet, read once: fields by value, everything longer by its place (RFC 3550 section 5.1).
///
/// ```
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                           timestamp                           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |           synchronization source (SSRC) identifier            |
/// +=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+
/// |            contributing source (CSRC) identifiers             |
/// |                             ....                              |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// ```
/// The view holds no bytes: methods that need them take the same packet again. Offsets count from the start of the packet.
/// The padding count lies in the last byte of the payload, which SRTP encrypts, so it is read apart
/// (``payloadRange(in:)``).
public struct RTPHeader: Sendable {
    /// The fixed part in bytes.
    public static let fixedLength = 12

    public let marker: Bool
    public let payloadType: PayloadType
    public let sequenceNumber: SequenceNumber
    public let timestamp: RTPTimestamp
    public let ssrc: SSRC
    /// True when the payload ends in padding.
    public let hasPadding: Bool
    /// 0 ... 15.
    public let csrcCount: Int
    /// The 16 bits that say what form the header extension has, or nil where there is no extension.
    public let extensionProfile: UInt16?
    /// Where the extension elements lie, behind profile and length; empty without an extension.
    public let extensionRange: Range<Int>
    /// The length of the header with CSRCs and extension: where the payload starts.
    public let length: Int

    /// Reads the header of the packet that fills `packet`.
    ///
    /// - Throws: ``RTPError/truncated(needed:available:)``, ``RTPError/version(_:)``.
    @inlinable
    public init(parsing packet: RawSpan) throws(RTPError) {
        let available = packet.byteCount
        guard available >= Self.fixedLength else {
            throw .truncated(needed: Self.fixedLength, available: available)
        }
        let first = packet.loadUInt8(at: 0)
        guard first >> 6 == 2 else { throw .version(first >> 6) }
        let second = packet.loadUInt8(at: 1)
        csrcCount = Int(first & 0x0F)
        hasPadding = first & 0x20 != 0
        marker = second & 0x80 != 0
        payloadType = PayloadType(second)
        sequenceNumber = SequenceNumber(packet.loadUInt16(at: 2))
        timestamp = RTPTimestamp(packet.loadUInt32(at: 4))
        ssrc = SSRC(packet.loadUInt32(at: 8))
        var end = Self.fixedLength + 4 * csrcCount
        if first & 0x10 != 0 {
            guard available >= end + 4 else { throw .truncated(needed: end + 4, available: available) }
            extensionProfile = packet.loadUInt16(at: end)
            let start = end + 4
            end = start + 4 * Int(packet.loadUInt16(at: end + 2))
            guard available >= end else { throw .truncated(needed: end, available: available) }
            extensionRange = start..<end
        } else {
            guard available >= end else { throw .truncated(needed: end, available: available) }
            extensionProfile = nil
            extensionRange = end..<end
        }
        length = end
    }

    /// The contributing source at `index`, or nil beyond ``csrcCount``.
    @inlinable
    public func csrc(_ index: Int, in packet: RawSpan) -> SSRC? {
        let offset = Self.fixedLength &+ 4 &* index
        guard index >= 0, index < csrcCount, offset + 4 <= packet.byteCount else { return nil }
        return SSRC(packet.loadUInt32(at: offset))
    }

    /// Where the payload of the (decrypted) packet lies, without padding. It is empty in a packet of padding only.
    ///
    /// - Throws: ``RTPError/padding(count:available:)``.
    @inlinable
    public func payloadRange(in packet: RawSpan) throws(RTPError) -> Range<Int> {
        let end = packet.byteCount
        guard length <= end else { throw .truncated(needed: length, available: end) }
        guard hasPadding else { return length..<end }
        let available = end - length
        guard available > 0 else { throw .padding(count: 0, available: 0) }
        let count = Int(packet.loadUInt8(at: end - 1))
        guard count > 0, count <= available else { throw .padding(count: count, available: available) }
        return length..<end - count
    }
}
