/// The first two bytes of a ChannelData message (RFC 8656 section 12).
public struct ChannelNumber: Hashable, Sendable, BitwiseCopyable, RawRepresentable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// RFC 8656: 0x4000-0x4FFF.
    public static let range: ClosedRange<UInt16> = 0x4000...0x4FFF
    /// RFC 5766, which some older clients follow: 0x4000-0x7FFF.
    public static let legacyRange: ClosedRange<UInt16> = 0x4000...0x7FFF
}
