public import STUN
public import Wire

/// A ChannelData message where it lies (RFC 8656 section 12.4).
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |         Channel Number        |            Length             |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     /                       Application Data                        /
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
public struct ChannelDataView: Hashable, Sendable {
    public static let headerByteCount = 4

    public let channel: ChannelNumber
    /// Where the application data lie in the message. What follows them is padding (section 12.5).
    public let payload: Range<Int>

    /// - Throws: When the message is shorter than its header or than its length says.
    @inlinable
    public init(_ message: RawSpan) throws(WireError) {
        guard message.byteCount >= 4 else { throw .truncated(needed: 4, available: message.byteCount) }
        channel = ChannelNumber(rawValue: message.loadUInt16(at: 0))
        let end = 4 + Int(message.loadUInt16(at: 2))
        guard end <= message.byteCount else { throw .truncated(needed: end, available: message.byteCount) }
        payload = 4..<end
    }

    /// Writes the four bytes in front of `payloadCount` bytes at the start of `header`.
    ///
    /// - Precondition: `header` has four bytes; `payloadCount` is at most 65535.
    @inlinable
    public static func writeHeader(channel: ChannelNumber, payloadCount: Int, into header: inout MutableRawSpan) {
        header.store(channel.rawValue, at: 0)
        header.store(UInt16(truncatingIfNeeded: payloadCount), at: 2)
    }
}
