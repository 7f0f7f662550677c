internal import SDP

/// A codec with the profile that both sides must agree on, whatever its payload type.
public struct Codec: Hashable, Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case opus
        case red
        case vp8
        case vp9
        case h264
        case av1

        public var isAudio: Bool { self == .opus || self == .red }

        /// The encoding name of RFC 8866 section 6.6.
        var name: String {
            switch self {
            case .opus: "opus"
            case .red: "red"
            case .vp8: "VP8"
            case .vp9: "VP9"
            case .h264: "H264"
            case .av1: "AV1"
            }
        }

        var clockRateHz: UInt32 { isAudio ? 48000 : 90000 }
        var channels: UInt8? { isAudio ? 2 : nil }
    }

    public var kind: Kind
    /// Empty where a codec has one profile; VP9 and AV1: the number; H264: profile and packetization mode.
    public var profile: String

    public init(_ kind: Kind, profile: String = "") {
        self.kind = kind
        self.profile = profile
    }

    /// The codec of a payload type; nil when we do not know it.
    init?(_ map: RTPMap, parameters: FormatParameters?) {
        let name = map.encoding.lowercased()
        guard let kind = Kind.allCases.first(where: { $0.name.lowercased() == name }),
            map.clockRateHz == kind.clockRateHz,
            map.channels ?? 1 == kind.channels ?? 1
        else { return nil }
        self.init(kind)
        switch kind {
        case .vp9: profile = parameters?.parameter("profile-id") ?? "0"
        case .av1: profile = parameters?.parameter("profile") ?? "0"
        case .h264:
            guard let profile = Self.h264Profile(parameters) else { return nil }
            self.profile = profile
        case .opus, .red, .vp8: break
        }
        guard Self.profiles(kind).contains(profile) else { return nil }
    }

    /// What we forward. Profiles are opaque to us, but those that no browser has are not worth negotiating.
    static func profiles(_ kind: Kind) -> [String] {
        switch kind {
        case .opus, .red, .vp8: [""]
        case .vp9: ["0", "2"]
        case .av1: ["0"]
        case .h264: ["constrained-baseline", "baseline", "main", "high"].flatMap { ["\($0)/1", "\($0)/0"] }
        }
    }

    /// RFC 6184 section 8.1: the profile by its indication and constraint flags, and the packetization mode.
    private static func h264Profile(_ parameters: FormatParameters?) -> String? {
        let mode = parameters?.parameter("packetization-mode") ?? "0"
        // Without the parameter the profile is baseline at level 1.
        let level = parameters?.parameter("profile-level-id") ?? "42000a"
        guard level.utf8.count == 6, let number = UInt32(level, radix: 16) else { return nil }
        let constraints = number >> 8 & 0xFF
        switch number >> 16 {
        case 0x42: return (constraints & 0x40 != 0 ? "constrained-baseline/" : "baseline/") + mode
        case 0x4D: return (constraints & 0x80 != 0 ? "constrained-baseline/" : "main/") + mode
        case 0x58: return constraints & 0xC0 == 0xC0 ? "constrained-baseline/" + mode : nil
        case 0x64: return "high/" + mode
        default: return nil
        }
    }

    /// The parameters of a payload type that nobody has described yet.
    var defaultParameters: String? {
        switch kind {
        case .opus: return "minptime=10;useinbandfec=1"
        case .red, .vp8: return nil
        case .vp9: return "profile-id=\(profile)"
        case .av1: return "level-idx=5;profile=\(profile);tier=0"
        case .h264:
            let level =
                switch profile.split(separator: "/").first {
                case "baseline": "42001f"
                case "main": "4d001f"
                case "high": "64001f"
                default: "42e01f"
                }
            return "level-asymmetry-allowed=1;packetization-mode=\(profile.suffix(1));profile-level-id=\(level)"
        }
    }
}

/// Feedback messages that are negotiated (RFC 4585, RFC 5104 and what browsers made of them).
public enum Feedback: String, Sendable, CaseIterable {
    case nack
    case nackPLI = "nack pli"
    case ccmFIR = "ccm fir"
    case remb = "goog-remb"
    case transportCC = "transport-cc"
}

/// Header extensions that are negotiated (RFC 8285).
public enum HeaderExtension: String, Sendable, CaseIterable {
    case mid = "urn:ietf:params:rtp-hdrext:sdes:mid"
    case rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
    case repairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
    case absSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
    case transportWideCC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    case audioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    case dependencyDescriptor =
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
    case absCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
    case videoOrientation = "urn:3gpp:video-orientation"
    case playoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"

    /// True where the extension says something about this kind of media.
    func applies(to kind: MediaKind) -> Bool {
        switch self {
        case .mid, .absSendTime, .transportWideCC, .absCaptureTime: true
        case .audioLevel: kind == .audio
        case .rid, .repairedRID, .dependencyDescriptor, .videoOrientation, .playoutDelay: kind == .video
        }
    }
}
