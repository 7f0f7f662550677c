/// One `a=` line. What we act on has a case of its own; everything else is kept as text.
public enum Attribute: Equatable, Sendable {
    case bundleOnly
    case candidate(Candidate)
    case direction(Direction)
    case endOfCandidates
    case extensionMap(ExtensionMap)
    case extensionMapAllowMixed
    case fingerprint(Fingerprint)
    case formatParameters(FormatParameters)
    case group(Group)
    case iceLite
    case iceOptions([String])
    case icePwd(String)
    case iceUfrag(String)
    case maxMessageSize(UInt64)
    case mid(MID)
    case msid(MediaStreamID)
    case rid(RIDDescription)
    case rtcpFeedback(RTCPFeedback)
    case rtcpMux
    case rtcpReducedSize
    case rtpMap(RTPMap)
    case sctpPort(UInt16)
    case setup(Setup)
    case simulcast(Simulcast)
    case ssrc(SSRCAttribute)
    case ssrcGroup(SSRCGroup)
    case other(name: String, value: String?)
}

/// RFC 8866 section 6.7.
public enum Direction: String, Sendable, CaseIterable {
    case sendrecv
    case sendonly
    case recvonly
    case inactive

    public init(sends: Bool, receives: Bool) {
        self = sends ? (receives ? .sendrecv : .sendonly) : (receives ? .recvonly : .inactive)
    }

    public var sends: Bool { self == .sendrecv || self == .sendonly }
    public var receives: Bool { self == .sendrecv || self == .recvonly }
    /// The same as the other side sees it.
    public var reversed: Direction { Direction(sends: receives, receives: sends) }
}

/// Who opens the DTLS connection (RFC 8842 section 5).
public enum Setup: String, Sendable, CaseIterable {
    case active
    case passive
    case actpass
    case holdconn
}

/// The name of a media section (RFC 5888 section 4). Short ones save bytes: each packet may carry it.
public struct MID: Hashable, Sendable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ value: String) { rawValue = value }
    public init(stringLiteral value: String) { rawValue = value }
    public var description: String { rawValue }
}

/// The name of an encoding of a track (RFC 8851 section 4).
public struct RID: Hashable, Sendable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ value: String) { rawValue = value }
    public init(stringLiteral value: String) { rawValue = value }
    public var description: String { rawValue }
}

/// Sections that belong together (RFC 5888 section 5); `BUNDLE` is the one that matters (RFC 9143).
public struct Group: Equatable, Sendable {
    public var semantics: String
    public var mids: [MID]

    public init(semantics: String, mids: [MID]) {
        self.semantics = semantics
        self.mids = mids
    }

    public static func bundle(_ mids: [MID]) -> Group { Group(semantics: "BUNDLE", mids: mids) }
}
