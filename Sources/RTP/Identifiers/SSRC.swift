/// A synchronisation source: 32 random bits that name one stream of packets inside a session (RFC 3550 section 8).
public struct SSRC: Hashable, Sendable, BitwiseCopyable {
    public var rawValue: UInt32

    @inlinable
    public init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

extension SSRC: CustomStringConvertible {
    public var description: String { String(rawValue) }
}
