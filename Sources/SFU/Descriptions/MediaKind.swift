/// What a track is.
public enum MediaKind: UInt8, Sendable, Hashable, BitwiseCopyable {
    case audio
    case video
}
