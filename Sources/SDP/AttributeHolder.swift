/// A session, a media section, a fragment, or a plain list of attributes, with typed access to what is in it.
public protocol AttributeHolder {
    var attributes: [Attribute] { get set }
}

extension [Attribute]: AttributeHolder {
    public var attributes: [Attribute] {
        get { self }
        set { self = newValue }
    }
}

extension AttributeHolder {
    /// The first attribute for which `pick` has a value. RFC 8866 does not say what a second one means: the first counts.
    public func first<Value>(_ pick: (Attribute) -> Value?) -> Value? {
        for attribute in attributes {
            if let value = pick(attribute) { return value }
        }
        return nil
    }

    public var mid: MID? { first { if case .mid(let value) = $0 { value } else { nil } } }
    public var iceUfrag: String? { first { if case .iceUfrag(let value) = $0 { value } else { nil } } }
    public var icePwd: String? { first { if case .icePwd(let value) = $0 { value } else { nil } } }
    public var iceOptions: [String] { first { if case .iceOptions(let value) = $0 { value } else { nil } } ?? [] }
    public var setup: Setup? { first { if case .setup(let value) = $0 { value } else { nil } } }
    /// nil where nothing is said, which means sendrecv (RFC 8866 section 6.7).
    public var direction: Direction? { first { if case .direction(let value) = $0 { value } else { nil } } }
    public var simulcast: Simulcast? { first { if case .simulcast(let value) = $0 { value } else { nil } } }
    public var sctpPort: UInt16? { first { if case .sctpPort(let value) = $0 { value } else { nil } } }
    public var maxMessageSize: UInt64? { first { if case .maxMessageSize(let value) = $0 { value } else { nil } } }

    public var isICELite: Bool { attributes.contains(.iceLite) }
    public var hasRTCPMux: Bool { attributes.contains(.rtcpMux) }
    public var hasRTCPReducedSize: Bool { attributes.contains(.rtcpReducedSize) }
    public var hasEndOfCandidates: Bool { attributes.contains(.endOfCandidates) }
    public var allowsMixedExtensions: Bool { attributes.contains(.extensionMapAllowMixed) }

    /// A section of several streams has several.
    public var msids: [MediaStreamID] {
        attributes.compactMap { if case .msid(let value) = $0 { value } else { nil } }
    }
    public var candidates: [Candidate] {
        attributes.compactMap { if case .candidate(let value) = $0 { value } else { nil } }
    }
    public var fingerprints: [Fingerprint] {
        attributes.compactMap { if case .fingerprint(let value) = $0 { value } else { nil } }
    }
    public var groups: [Group] {
        attributes.compactMap { if case .group(let value) = $0 { value } else { nil } }
    }
    public var rtpMaps: [RTPMap] {
        attributes.compactMap { if case .rtpMap(let value) = $0 { value } else { nil } }
    }
    public var formatParameters: [FormatParameters] {
        attributes.compactMap { if case .formatParameters(let value) = $0 { value } else { nil } }
    }
    public var rtcpFeedback: [RTCPFeedback] {
        attributes.compactMap { if case .rtcpFeedback(let value) = $0 { value } else { nil } }
    }
    public var extensionMaps: [ExtensionMap] {
        attributes.compactMap { if case .extensionMap(let value) = $0 { value } else { nil } }
    }
    public var ridDescriptions: [RIDDescription] {
        attributes.compactMap { if case .rid(let value) = $0 { value } else { nil } }
    }
    public var ssrcAttributes: [SSRCAttribute] {
        attributes.compactMap { if case .ssrc(let value) = $0 { value } else { nil } }
    }
    public var ssrcGroups: [SSRCGroup] {
        attributes.compactMap { if case .ssrcGroup(let value) = $0 { value } else { nil } }
    }
}

extension SessionDescription {
    /// The mids of the first BUNDLE group.
    public var bundle: [MID]? { groups.first { $0.semantics == "BUNDLE" }?.mids }

    /// The credentials of a section: its own, or those of the session (RFC 8839 section 5.4).
    public func iceCredentials(for section: MediaDescription) -> (ufrag: String, pwd: String)? {
        guard let ufrag = section.iceUfrag ?? iceUfrag, let pwd = section.icePwd ?? icePwd else { return nil }
        return (ufrag, pwd)
    }

    /// The fingerprints of a section: its own, or those of the session (RFC 8122 section 5).
    public func fingerprints(for section: MediaDescription) -> [Fingerprint] {
        let own = section.fingerprints
        return own.isEmpty ? fingerprints : own
    }

    public func setup(for section: MediaDescription) -> Setup? { section.setup ?? setup }

    public func direction(of section: MediaDescription) -> Direction { section.direction ?? direction ?? .sendrecv }
}
