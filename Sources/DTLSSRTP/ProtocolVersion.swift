/// The versions of DTLS that are spoken here. On the wire a version is the ones' complement of its number, so later
/// versions have lower codes.
public enum ProtocolVersion: UInt16, Hashable, Sendable, CaseIterable {
    /// RFC 6347.
    case dtls12 = 0xFEFD
    /// RFC 9147.
    case dtls13 = 0xFEFC
}
