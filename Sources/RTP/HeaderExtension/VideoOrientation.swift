import Wire

/// How a picture must be turned to stand upright (3GPP TS 26.114 section 7.4.5): `0000 C F R1 R0`.
public struct VideoOrientation: HeaderExtensionValue {
    public static let uri = "urn:3gpp:video-orientation"

    /// True if it comes from the camera on the back.
    public var isBackCamera: Bool
    /// True if it is mirrored.
    public var isFlipped: Bool
    /// How many quarter turns clockwise it needs, 0 ... 3.
    public let quarterTurns: UInt8

    /// Keeps the low 2 bits of `quarterTurns`.
    public init(isBackCamera: Bool, isFlipped: Bool, quarterTurns: UInt8) {
        self.isBackCamera = isBackCamera
        self.isFlipped = isFlipped
        self.quarterTurns = quarterTurns & 3
    }

    public init(parsing bytes: RawSpan) throws(RTPError) {
        try bytes.require(1)
        let byte = bytes.loadUInt8(at: 0)
        self.init(isBackCamera: byte & 8 != 0, isFlipped: byte & 4 != 0, quarterTurns: byte)
    }

    public var encodedLength: Int { 1 }

    public func store(in bytes: inout MutableRawSpan, at offset: Int) {
        bytes.store((isBackCamera ? 8 : 0) | (isFlipped ? 4 : 0) | quarterTurns, at: offset)
    }
}
