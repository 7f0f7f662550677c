/// How a payload is coded, as far as it matters for forwarding.
public enum Codec: UInt8, Sendable, Hashable, BitwiseCopyable {
    case opus
    /// Audio of which nothing has to be known.
    case otherAudio
    /// Redundant audio (RFC 2198) around another payload type.
    case red
    case vp8
    case vp9
    case h264
    case h265
    case av1
    /// Video of which nothing is known, so that every packet counts as the start of a key frame.
    case otherVideo

    /// The codec that a session description calls `name`, in any case; nil for what is no medium, such as `rtx`.
    public init?(encodingName name: String, kind: MediaKind) {
        switch (name.lowercased(), kind) {
        case ("opus", .audio): self = .opus
        case ("red", .audio): self = .red
        case ("vp8", .video): self = .vp8
        case ("vp9", .video): self = .vp9
        case ("h264", .video): self = .h264
        case ("h265", .video): self = .h265
        case ("av1", .video): self = .av1
        case ("rtx", _), ("ulpfec", _), ("flexfec-03", _), ("red", .video), ("telephone-event", _), ("cn", _):
            return nil
        case (_, .audio): self = .otherAudio
        case (_, .video): self = .otherVideo
        }
    }

    /// True where one picture depends on others, so that a decoder can only start at a key frame.
    var hasKeyFrames: Bool {
        switch self {
        case .vp8, .vp9, .h264, .h265, .av1, .otherVideo: true
        case .opus, .otherAudio, .red: false
        }
    }
}
