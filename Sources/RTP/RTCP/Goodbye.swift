import Wire

/// Sources that end (RFC 3550 section 6.6).
public struct Goodbye: Sendable {
    /// 0 ... 31.
    public let count: Int
    /// Where the reason lies in the message, if there is one.
    public let reason: Range<Int>?

    /// Reads the message that `bytes` start with.
    public init(parsing bytes: RawSpan) throws(RTPError) {
        let header = try RTCPHeader(bytes, .goodbye, needed: RTCPHeader.length)
        count = Int(header.format)
        let end = RTCPHeader.length + 4 * count
        guard header.contentLength >= end else { throw .truncated(needed: end, available: header.contentLength) }
        guard header.contentLength > end else {
            reason = nil
            return
        }
        let length = Int(bytes.loadUInt8(at: end))
        guard header.contentLength - end - 1 >= length else {
            throw .truncated(needed: length, available: header.contentLength - end - 1)
        }
        reason = end + 1..<end + 1 + length
    }

    /// The source at `index` of the message that this was read from, or nil beyond ``count``.
    public func ssrc(_ index: Int, in bytes: RawSpan) -> SSRC? {
        let offset = RTCPHeader.length &+ 4 &* index
        guard index >= 0, index < count, offset + 4 <= bytes.byteCount else { return nil }
        return SSRC(bytes.loadUInt32(at: offset))
    }

    /// Writes a message without a reason.
    ///
    /// - Parameter sources: 31 at most.
    /// - Returns: Its length.
    public static func write(
        _ sources: Span<SSRC>,
        to bytes: inout MutableRawSpan,
        at offset: Int = 0
    ) throws(RTPError) -> Int {
        let length = RTCPHeader.length + 4 * sources.count
        try bytes.storeRTCPHeader(.goodbye, format: sources.count, length: length, at: offset)
        for index in sources.indices {
            bytes.store(sources[index].rawValue, at: offset + RTCPHeader.length + 4 * index)
        }
        return length
    }
}
