/// The type of a hello extension (RFC 8446 section 4.2). The set is open.
struct ExtensionType: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt16

    static let supportedGroups = ExtensionType(rawValue: 10)
    static let ecPointFormats = ExtensionType(rawValue: 11)
    static let signatureAlgorithms = ExtensionType(rawValue: 13)
    static let useSRTP = ExtensionType(rawValue: 14)
    static let applicationLayerProtocolNegotiation = ExtensionType(rawValue: 16)
    static let extendedMasterSecret = ExtensionType(rawValue: 23)
    static let supportedVersions = ExtensionType(rawValue: 43)
    static let cookie = ExtensionType(rawValue: 44)
    static let keyShare = ExtensionType(rawValue: 51)
    static let renegotiationInfo = ExtensionType(rawValue: 0xFF01)
}
