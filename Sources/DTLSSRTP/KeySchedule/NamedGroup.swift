/// A group for the key exchange.
public enum NamedGroup: UInt16, Hashable, Sendable, CaseIterable {
    case secp256r1 = 0x0017
    case secp384r1 = 0x0018
    case x25519 = 0x001D
    /// ML-KEM-768 and X25519 together: safe as long as one of them is. Version 1.3 only.
    case x25519MLKEM768 = 0x11EC

    public static let preferred: [NamedGroup] = [.x25519MLKEM768, .x25519, .secp256r1, .secp384r1]

    /// True where both sides' shares are of one kind, as ECDHE in 1.2 needs.
    var isElliptic: Bool { self != .x25519MLKEM768 }
}
