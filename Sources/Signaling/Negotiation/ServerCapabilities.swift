internal import SDP

/// What the server negotiates, before any client has spoken.
public struct ServerCapabilities: Equatable, Sendable {
    /// In the order in which we offer them.
    public var codecs: [Codec.Kind]
    public var feedback: [Feedback]
    public var extensions: [HeaderExtension]
    /// nil refuses data channels.
    public var dataChannels: DataChannels?
    /// The most encodings of a track that are accepted.
    public var maximumEncodings: Int

    public struct DataChannels: Equatable, Sendable {
        public var port: UInt16
        public var maximumMessageSize: UInt64

        public init(port: UInt16 = 5000, maximumMessageSize: UInt64 = 262_144) {
            self.port = port
            self.maximumMessageSize = maximumMessageSize
        }
    }

    public init(
        codecs: [Codec.Kind] = [.opus, .red, .vp8, .vp9, .h264, .av1],
        feedback: [Feedback] = Feedback.allCases,
        extensions: [HeaderExtension] = HeaderExtension.allCases,
        dataChannels: DataChannels? = nil,
        maximumEncodings: Int = 4
    ) {
        self.codecs = codecs
        self.feedback = feedback
        self.extensions = extensions
        self.dataChannels = dataChannels
        self.maximumEncodings = maximumEncodings
    }

    /// The payload types of a remote section that we share, in the order of the remote side.
    func negotiate(_ section: MediaDescription) -> [CodecPlan] {
        let maps = section.rtpMaps
        let parameters = section.formatParameters
        let offered = section.rtcpFeedback
        var plans: [CodecPlan] = []
        for payloadType in section.payloadTypes {
            guard let map = maps.first(where: { $0.payloadType == payloadType }) else { continue }
            let own = parameters.first { $0.payloadType == payloadType }
            guard let codec = Codec(map, parameters: own), codecs.contains(codec.kind),
                codec.kind.isAudio == (section.kind == .audio),
                !plans.contains(where: { $0.codec == codec || $0.payloadType == payloadType })
            else { continue }
            let shared = feedback.filter { feedback in
                offered.contains {
                    ($0.payloadType == nil || $0.payloadType == payloadType) && $0.value == feedback.rawValue
                }
            }
            plans.append(
                CodecPlan(codec: codec, payloadType: payloadType, parameters: own?.value, feedback: shared)
            )
        }
        // RED wraps Opus: alone, or around something else, it is of no use (RFC 2198).
        let opus = plans.first { $0.codec.kind == .opus }?.payloadType
        plans.removeAll { plan in
            plan.codec.kind == .red
                && (opus == nil || plan.parameters?.split(separator: "/").contains { UInt8($0) != opus } ?? true)
        }
        for map in maps where map.encoding.lowercased() == "rtx" && section.payloadTypes.contains(map.payloadType) {
            let own = parameters.first { $0.payloadType == map.payloadType }
            guard let apt = own?.parameter("apt").flatMap({ UInt8($0) }),
                let index = plans.firstIndex(where: { $0.payloadType == apt }),
                plans[index].rtxPayloadType == nil
            else { continue }
            plans[index].rtxPayloadType = map.payloadType
        }
        return plans
    }

    /// The header extensions of a remote section that we share, with the ids of the remote side.
    func negotiateExtensions(_ section: MediaDescription) -> [ExtensionPlan] {
        var plans: [ExtensionPlan] = []
        for map in section.extensionMaps {
            guard let id = UInt8(exactly: map.id), let found = HeaderExtension(rawValue: map.uri),
                extensions.contains(found), found.applies(to: section.kind),
                !plans.contains(where: { $0.id == id || $0.kind == found })
            else { continue }
            plans.append(ExtensionPlan(id: id, kind: found))
        }
        return plans
    }
}
