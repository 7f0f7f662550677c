public import Wire

/// Finds the borders between messages in the bytes of a TCP or TLS connection: STUN messages and ChannelData, the latter
/// padded to four bytes (RFC 8656 section 12.5).
///
/// It holds nothing but what it has learnt of the message that has not arrived whole; the bytes stay with the caller:
///
///     loop: switch framer.next(in: received)
///     case .message(let range): handle it, drop `consumed` bytes, go on
///     case .needMore: keep the bytes and read again
///     case .malformed: close the connection
public struct StreamFramer: Hashable, Sendable, BitwiseCopyable {
    public enum Frame: Hashable, Sendable {
        /// The message, and how many bytes it takes with its padding: they are no longer needed.
        case message(Range<Int>, consumed: Int)
        /// Not whole yet: this many bytes in all are needed before it makes sense to ask again.
        case needMore(Int)
        /// Not STUN, not ChannelData, or too long: there is no way to find the next message.
        case malformed
    }

    /// The longest STUN message that is accepted. A Send indication carries one datagram.
    public let maximumMessageByteCount: Int

    public init(maximumMessageByteCount: Int = 65_535 + 64) {
        self.maximumMessageByteCount = maximumMessageByteCount
    }

    /// Looks for a message at the start of `bytes`.
    @inlinable
    public func next(in bytes: RawSpan) -> Frame {
        guard bytes.byteCount >= 4 else {
            // A first byte that starts nothing is told at once.
            if bytes.byteCount > 0, bytes.loadUInt8(at: 0) >= 0x80 { return .malformed }
            return .needMore(4)
        }
        let first = bytes.loadUInt8(at: 0)
        let length = Int(bytes.loadUInt16(at: 2))
        switch first >> 6 {
        case 0:
            // STUN, RFC 8489 section 5: the length is a multiple of four and does not count the header.
            let count = 20 + length
            guard length % 4 == 0, count <= maximumMessageByteCount else { return .malformed }
            if bytes.byteCount >= 8, bytes.loadUInt32(at: 4) != 0x2112_A442 { return .malformed }
            guard bytes.byteCount >= count else { return .needMore(count) }
            return .message(0..<count, consumed: count)
        case 1:
            let count = 4 + length
            let padded = (count + 3) & ~3
            guard count <= maximumMessageByteCount else { return .malformed }
            guard bytes.byteCount >= padded else { return .needMore(padded) }
            return .message(0..<count, consumed: padded)
        default:
            return .malformed
        }
    }
}
