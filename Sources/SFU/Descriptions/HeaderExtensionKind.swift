public import RTP

/// The header extensions that the SFU reads, writes or passes on. All others end here.
public enum HeaderExtensionKind: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    // Read here, and written anew for each subscriber.
    case mid
    case rid
    case repairedRID
    case absoluteSendTime
    case transportSequenceNumber
    // Passed on.
    case audioLevel
    case videoOrientation
    case playoutDelay
    case absoluteCaptureTime
    case dependencyDescriptor
    case videoContentType
    case videoTiming
    case colorSpace

    /// The extension that a session description calls `uri`, or nil when it is none of ours.
    public init?(uri: String) {
        guard let kind = Self.allCases.first(where: { $0.uri == uri }) else { return nil }
        self = kind
    }

    public var uri: String {
        switch self {
        case .mid: MID.uri
        case .rid: RID.uri
        case .repairedRID: RepairedRID.uri
        case .absoluteSendTime: AbsoluteSendTime.uri
        case .transportSequenceNumber: TransportSequenceNumber.uri
        case .audioLevel: AudioLevel.uri
        case .videoOrientation: VideoOrientation.uri
        case .playoutDelay: PlayoutDelay.uri
        case .absoluteCaptureTime: AbsoluteCaptureTime.uri
        case .dependencyDescriptor: DependencyDescriptor.uri
        case .videoContentType: "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type"
        case .videoTiming: "http://www.webrtc.org/experiments/rtp-hdrext/video-timing"
        case .colorSpace: "http://www.webrtc.org/experiments/rtp-hdrext/color-space"
        }
    }

    /// True for what a publisher says to its subscribers, and not to us.
    var isPassedOn: Bool { rawValue >= HeaderExtensionKind.audioLevel.rawValue }
}

/// An id of a header extension, as a session description maps it.
public struct HeaderExtensionMapping: Sendable, Hashable {
    public var id: HeaderExtensionID
    public var kind: HeaderExtensionKind

    public init(id: HeaderExtensionID, kind: HeaderExtensionKind) {
        self.id = id
        self.kind = kind
    }
}
