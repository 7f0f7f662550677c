/// How elements are laid out in a header extension (RFC 8285 section 4.2 and 4.3).
public enum HeaderExtensionForm: Sendable, Hashable {
    /// Profile 0xBEDE: 4 bits of id, 4 bits of length minus one.
    case oneByte
    /// Profile 0x1000 ... 0x100F: 8 bits each.
    case twoByte

    /// Nil for a profile that is neither: an extension of another kind, which is passed over.
    @inlinable
    public init?(profile: UInt16) {
        if profile == 0xBEDE {
            self = .oneByte
        } else if profile & 0xFFF0 == 0x1000 {
            self = .twoByte
        } else {
            return nil
        }
    }

    /// The profile with application bits 0.
    @inlinable
    public var profile: UInt16 { self == .oneByte ? 0xBEDE : 0x1000 }

    /// The bytes before the value of an element.
    @inlinable
    public var elementHeaderLength: Int { self == .oneByte ? 1 : 2 }
}
