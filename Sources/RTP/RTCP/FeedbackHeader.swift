import Wire

/// What every feedback message starts with: who speaks, and about which stream (RFC 4585 section 6.1).
struct FeedbackHeader {
    static let length = 12

    let sender: SSRC
    let media: SSRC
    /// The end of the feedback control information, which starts at ``length``.
    let end: Int

    init(
        _ bytes: RawSpan,
        _ packetType: RTCPPacketType,
        format: UInt8,
        needed: Int = length
    ) throws(RTPError) {
        let header = try RTCPHeader(bytes, packetType, format: format, needed: needed)
        sender = SSRC(bytes.loadUInt32(at: 4))
        media = SSRC(bytes.loadUInt32(at: 8))
        end = header.contentLength
    }

    static func store(
        _ packetType: RTCPPacketType,
        format: UInt8,
        sender: SSRC,
        media: SSRC,
        length: Int,
        to bytes: inout MutableRawSpan,
        at offset: Int
    ) throws(RTPError) {
        try bytes.storeRTCPHeader(packetType, format: Int(format), length: length, at: offset)
        bytes.store(sender.rawValue, at: offset + 4)
        bytes.store(media.rawValue, at: offset + 8)
    }
}
