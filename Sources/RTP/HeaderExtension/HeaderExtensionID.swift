/// The local id of a header extension element: what the session description maps to a URI (RFC 8285 section 4.2).
///
/// 1 ... 14 in the one-byte form, 1 ... 255 in the two-byte form.
public struct HeaderExtensionID: Hashable, Sendable, BitwiseCopyable {
    public let rawValue: UInt8

    /// - Parameter rawValue: 1 ... 255; nil for 0, which is padding, and 15, which the one-byte form reserves.
    @inlinable
    public init?(_ rawValue: UInt8) {
        guard rawValue != 0, rawValue != 15 else { return nil }
        self.rawValue = rawValue
    }

    /// True where the one-byte form can carry it.
    @inlinable
    public var fitsOneByte: Bool { rawValue < 15 }
}
