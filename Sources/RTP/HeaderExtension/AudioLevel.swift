import Wire

/// How loud the audio of a packet is (RFC 6464): 1 bit of voice activity, 7 bits of level.
public struct AudioLevel: HeaderExtensionValue {
    public static let uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"

    /// True if the sender hears a voice in it. Only when the session says that the bit is used.
    public var hasVoice: Bool
    /// 0, the loudest, ... 127, silence: the level in -dBov.
    public let level: UInt8

    /// Keeps the low 7 bits of `level`.
    public init(hasVoice: Bool, level: UInt8) {
        self.hasVoice = hasVoice
        self.level = level & 0x7F
    }

    public init(parsing bytes: RawSpan) throws(RTPError) {
        try bytes.require(1)
        let byte = bytes.loadUInt8(at: 0)
        self.init(hasVoice: byte & 0x80 != 0, level: byte)
    }

    public var encodedLength: Int { 1 }

    public func store(in bytes: inout MutableRawSpan, at offset: Int) {
        bytes.store(level | (hasVoice ? 0x80 : 0), at: offset)
    }
}
